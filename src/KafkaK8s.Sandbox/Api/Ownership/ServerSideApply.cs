using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api.Schema;

namespace KafkaK8s.Sandbox.Api.Ownership;

/// <summary>
/// Server-side apply: the applied fields become the manager's and take their values, what the manager applied before and doesn't
/// any more goes unless someone else owns it, and a value that another manager owns and that would change is a conflict.
/// </summary>
internal static class ServerSideApply
{
    /// <summary>What applying makes of an object, managed fields included.</summary>
    /// <param name="kind">The object's kind.</param>
    /// <param name="live">The object as it is; for a new one what an empty one looks like.</param>
    /// <param name="applied">The applied fields.</param>
    /// <param name="writer">The field manager.</param>
    /// <param name="force">Whether to take fields away from other managers.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="ApiException">409: other managers own fields that would change. 500: a field isn't declared.</exception>
    public static JsonObject Apply(ResourceKind kind, JsonObject live, JsonObject applied, Writer writer, bool force, DateTimeOffset now)
    {
        var type = ApiSchema.Of(kind);
        if (FieldWalk.FirstUndeclared(type, applied) is { } undeclared)
        {
            throw new ApiException(
                500,
                null,
                $"failed to create typed patch object ({applied.Namespace()}/{applied.Name()}; {kind.Group}/{kind.Version}, Kind={kind.Kind}): {undeclared}: field not declared in schema");
        }

        var bareLive = live.Copy();
        bareLive.Child("metadata").Remove("managedFields");
        var managed = ManagedFields.Of(live);
        var self = new ManagerIdentity(writer.Manager, IsApply: true, kind.ApiVersion, writer.Subresource);
        var last = managed.FieldsOf(self);
        var set = WithoutStatus(FieldWalk.FieldsOf(type, applied), writer);
        managed.Set(self, set);

        var merged = (JsonObject)FieldWalk.Merge(type, bareLive, applied)!;
        Prune(type, merged, last, managed);

        var changes = FieldWalk.Compare(type, bareLive, merged);
        var touched = FieldSet.Union(changes.Added, changes.Modified);
        var conflicts = managed.All
            .Where(other => other.Manager != self)
            .SelectMany(other => FieldSet.Intersection(other.Fields, touched).Members().Select(path => (other.Manager, Path: path)))
            .ToList();
        if (conflicts.Count > 0 && !force)
        {
            throw Conflict(conflicts);
        }

        var taken = new FieldSet();
        foreach (var (_, path) in conflicts)
        {
            taken.Add(path);
        }

        managed.TakeFromOthers(self, FieldSet.Union(taken, changes.Removed));
        if (!changes.IsEmpty)
        {
            managed.Stamp(self, now);
        }

        managed.WriteTo(merged);
        return merged;
    }

    private static void Prune(SchemaType type, JsonObject merged, FieldSet last, ManagedFields managed)
    {
        var owned = managed.All.Aggregate(new FieldSet(), (all, entry) => FieldSet.Union(all, entry.Fields));
        var dropped = new FieldSet();
        foreach (var path in FieldWalk.WithDeclaredParents(type, last).Members().Where(path => path.Steps.Count > 0 && !owned.Reaches(path)))
        {
            dropped.Add(path);
        }

        FieldWalk.Remove(type, merged, dropped);
    }

    private static FieldSet WithoutStatus(FieldSet set, Writer writer)
    {
        if (writer.Subresource is not null || !set.Children.TryGetValue("f:status", out var status))
        {
            return set;
        }

        return FieldSet.Difference(set, FieldSet.Parse(new JsonObject { ["f:status"] = status.ToFields() }));
    }

    private static ApiException Conflict(List<(ManagerIdentity Manager, FieldPath Path)> conflicts)
    {
        var byManager = conflicts.GroupBy(conflict => conflict.Manager.ToString(), conflict => conflict.Path)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToList();
        var what = conflicts.Count == 1
            ? $"1 conflict: conflict with {byManager[0].Key}: {conflicts[0].Path}"
            : $"{conflicts.Count} conflicts: " + string.Join(
                '\n',
                byManager.Select(group => $"conflicts with {group.Key}:\n" + string.Join('\n', group.Select(path => $"- {path}"))));
        var causes = byManager.SelectMany(group => group.Select(path => new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with {group.Key}",
            ["field"] = path.ToString(),
        }));
        return new ApiException(
            409, "Conflict", $"Apply failed with {what}", new JsonObject { ["causes"] = new JsonArray([.. causes]) });
    }
}
