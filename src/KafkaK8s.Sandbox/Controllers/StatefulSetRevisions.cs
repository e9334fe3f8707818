using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>The history of a StatefulSet's template, kept as ControllerRevisions.</summary>
internal sealed class StatefulSetRevisions(ObjectStore store)
{
    private const string Digits = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>The name of the revision that a set's present template is; it is recorded when it is new.</summary>
    public string Current(JsonObject set)
    {
        var template = Normal(set.At("spec", "template"));
        var name = $"{set.Name()}-{Hash(template.ToText())}";
        var known = Of(set);
        var highest = known.Count == 0 ? 0 : known.Max(Number);
        var existing = known.FirstOrDefault(revision => revision.Name() == name);
        if (existing is null)
        {
            store.Create(ResourceKind.ControllerRevisions, Compose(set, name, template, highest + 1));
        }
        else if (Number(existing) != highest)
        {
            // Back to an old template: it becomes the newest again.
            store.Change(ResourceKind.ControllerRevisions, set.Namespace(), name, revision => revision["revision"] = highest + 1);
        }

        return name;
    }

    /// <summary>The template of a revision; the set's present one when the revision is unknown.</summary>
    public JsonObject Template(JsonObject set, string revision) =>
        (store.Get(ResourceKind.ControllerRevisions, set.Namespace(), revision).At("data", "spec", "template")
            ?? set.At("spec", "template") ?? new JsonObject()).DeepClone().AsObject();

    /// <summary>Forgets the oldest revisions above the set's limit that nothing uses.</summary>
    public void Trim(JsonObject set, IReadOnlyCollection<string> used)
    {
        var unused = Of(set).Where(revision => !used.Contains(revision.Name())).OrderBy(Number).ToList();
        foreach (var revision in unused.Take(unused.Count - (int)(set.NumberAt("spec", "revisionHistoryLimit") ?? 10)))
        {
            store.Delete(ResourceKind.ControllerRevisions, set.Namespace(), revision.Name());
        }
    }

    /// <summary>The set's revisions, those that it takes in included.</summary>
    private List<JsonObject> Of(JsonObject set)
    {
        var all = store.List(ResourceKind.ControllerRevisions, set.Namespace());
        foreach (var orphan in all.Where(revision => revision.Controller() is null && IsNamedAfter(set, revision)))
        {
            store.Change(ResourceKind.ControllerRevisions, set.Namespace(), orphan.Name(), live => live.AddOwner(Owners.ControllerReference(set)));
            orphan.AddOwner(Owners.ControllerReference(set));
        }

        return [.. all.Where(revision => revision.Controller().TextAt("uid") == set.TextAt("metadata", "uid"))];
    }

    private static bool IsNamedAfter(JsonObject set, JsonObject revision) =>
        revision.Name().StartsWith($"{set.Name()}-", StringComparison.Ordinal) && !revision.Name().AsSpan(set.Name().Length + 1).Contains('-');

    private static long Number(JsonObject revision) => revision.NumberAt("revision") ?? 0;

    private static JsonObject Compose(JsonObject set, string name, JsonNode template, long number)
    {
        var recorded = template.DeepClone().AsObject();
        recorded["$patch"] = "replace";
        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = set.Namespace(),
                ["labels"] = template.At("metadata", "labels")?.DeepClone() ?? new JsonObject(),
                ["ownerReferences"] = new JsonArray(Owners.ControllerReference(set)),
            },
            ["data"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = recorded } },
            ["revision"] = number,
        };
    }

    // The same template written with its fields in another order is the same revision.
    private static JsonNode Normal(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map
            .Where(field => field.Key != "$patch")
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => KeyValuePair.Create(field.Key, field.Value is null ? null : (JsonNode?)Normal(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(item => item is null ? null : Normal(item))]),
        null => new JsonObject(),
        _ => node.DeepClone(),
    };

    // FNV-1a, written in characters that make no words, as the names of revisions are.
    private static string Hash(string text)
    {
        var hash = Encoding.UTF8.GetBytes(text).Aggregate(2166136261u, (sum, next) => (sum ^ next) * 16777619u);
        return string.Concat(hash.ToString(CultureInfo.InvariantCulture).Select(digit => Digits[digit % Digits.Length]));
    }
}
