using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api.Ownership;

/// <summary>Which manager owns which fields: an object's <c>metadata.managedFields</c>.</summary>
internal sealed class ManagedFields
{
    // What every object has and nobody owns.
    private static readonly FieldSet Unowned = FieldSet.Parse(JsonNode.Parse(
        """
        {"f:apiVersion":{},"f:kind":{},"f:metadata":{".":{},"f:name":{},"f:namespace":{},"f:creationTimestamp":{},"f:selfLink":{},"f:uid":{},
        "f:generation":{},"f:managedFields":{},"f:resourceVersion":{},"f:deletionTimestamp":{},"f:deletionGracePeriodSeconds":{}}}
        """));

    private readonly Dictionary<ManagerIdentity, Entry> _entries = [];

    private ManagedFields()
    {
    }

    /// <summary>Reads an object's managed fields.</summary>
    public static ManagedFields Of(JsonObject item)
    {
        var managed = new ManagedFields();
        foreach (var entry in item.ObjectsAt("metadata", "managedFields"))
        {
            var identity = new ManagerIdentity(
                entry.TextAt("manager") ?? "", entry.TextAt("operation") == "Apply", entry.TextAt("apiVersion") ?? "", entry.TextAt("subresource"));
            managed._entries[identity] = new Entry(FieldSet.Parse(entry["fieldsV1"]), entry.TextAt("time"));
        }

        return managed;
    }

    /// <summary>The managers with what they own.</summary>
    public IEnumerable<(ManagerIdentity Manager, FieldSet Fields)> All => _entries.Select(entry => (entry.Key, entry.Value.Fields));

    /// <summary>What a manager owns; empty for none.</summary>
    public FieldSet FieldsOf(ManagerIdentity manager) => _entries.TryGetValue(manager, out var entry) ? entry.Fields : new FieldSet();

    /// <summary>Makes a manager own exactly these fields.</summary>
    public void Set(ManagerIdentity manager, FieldSet fields)
    {
        var owned = FieldSet.Difference(fields, Unowned);
        var time = _entries.TryGetValue(manager, out var entry) ? entry.Time : null;
        _entries[manager] = new Entry(owned, time);
    }

    /// <summary>Stamps a manager's entry.</summary>
    public void Stamp(ManagerIdentity manager, DateTimeOffset now)
    {
        if (_entries.TryGetValue(manager, out var entry))
        {
            _entries[manager] = entry with { Time = now.ToStamp() };
        }
    }

    /// <summary>Takes fields away from every manager but one; managers that own nothing any more are forgotten.</summary>
    public void TakeFromOthers(ManagerIdentity taker, FieldSet fields)
    {
        foreach (var (manager, entry) in _entries.Where(entry => entry.Key != taker).ToList())
        {
            var left = FieldSet.Difference(entry.Fields, fields);
            if (left.IsEmpty)
            {
                _entries.Remove(manager);
            }
            else
            {
                _entries[manager] = entry with { Fields = left };
            }
        }
    }

    /// <summary>Writes them into an object, in the order in which the API server keeps them.</summary>
    public void WriteTo(JsonObject item)
    {
        var entries = _entries
            .Where(entry => !entry.Value.Fields.IsEmpty || entry.Key.IsApply)
            .OrderBy(entry => entry.Key.IsApply ? 0 : 1)
            .ThenBy(entry => entry.Value.Time ?? "", StringComparer.Ordinal)
            .ThenBy(entry => entry.Key.Manager, StringComparer.Ordinal)
            .ThenBy(entry => entry.Key.ApiVersion, StringComparer.Ordinal)
            .ThenBy(entry => entry.Key.Subresource ?? "", StringComparer.Ordinal)
            .Select(entry => Write(entry.Key, entry.Value))
            .ToArray<JsonNode?>();
        var metadata = item.Child("metadata");
        metadata.Remove("managedFields");
        if (entries.Length > 0)
        {
            metadata["managedFields"] = new JsonArray(entries);
        }
    }

    private static JsonObject Write(ManagerIdentity manager, Entry entry)
    {
        var written = new JsonObject
        {
            ["manager"] = manager.Manager,
            ["operation"] = manager.IsApply ? "Apply" : "Update",
            ["apiVersion"] = manager.ApiVersion,
        };
        if (entry.Time is not null)
        {
            written["time"] = entry.Time;
        }

        written["fieldsType"] = "FieldsV1";
        written["fieldsV1"] = entry.Fields.ToFields();
        if (manager.Subresource is not null)
        {
            written["subresource"] = manager.Subresource;
        }

        return written;
    }

    private sealed record Entry(FieldSet Fields, string? Time);
}

/// <summary>Who owns fields, and how they got them.</summary>
/// <param name="Manager">The name.</param>
/// <param name="IsApply">Whether by server-side apply, rather than by an update.</param>
/// <param name="ApiVersion">In which version.</param>
/// <param name="Subresource">Through which subresource, null for none.</param>
internal sealed record ManagerIdentity(string Manager, bool IsApply, string ApiVersion, string? Subresource)
{
    /// <summary>The manager as a conflict names it.</summary>
    public override string ToString()
    {
        var name = $"\"{Manager}\"" + (Subresource is null ? "" : $" with subresource \"{Subresource}\"");
        return IsApply ? name : $"{name} using {ApiVersion}";
    }
}
