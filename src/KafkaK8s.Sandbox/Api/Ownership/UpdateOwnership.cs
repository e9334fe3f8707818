using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api.Schema;

namespace KafkaK8s.Sandbox.Api.Ownership;

/// <summary>What a create, an update or a patch that isn't an apply does to the ownership of fields.</summary>
internal static class UpdateOwnership
{
    private static readonly FieldSet Status = FieldSet.Parse(JsonNode.Parse("""{"f:status":{".":{}}}"""));

    /// <summary>Gives the writer every field that it added or changed, and takes them and the removed ones from the others.</summary>
    /// <param name="kind">The object's kind.</param>
    /// <param name="before">The object before; for a new one what an empty one looks like.</param>
    /// <param name="after">The object after; its managed fields are written.</param>
    /// <param name="writer">Who changed it.</param>
    /// <param name="now">The time.</param>
    public static void Record(ResourceKind kind, JsonObject before, JsonObject after, Writer writer, DateTimeOffset now)
    {
        // Nobody owns where the scheduler put a pod.
        if (writer.Subresource == "binding")
        {
            return;
        }

        var managed = ManagedFields.Of(before);
        var changes = FieldWalk.Compare(ApiSchema.Of(kind), Bare(before), Bare(after));
        var self = new ManagerIdentity(writer.Manager, IsApply: false, kind.ApiVersion, writer.Subresource);
        var taken = Owned(FieldSet.Union(changes.Added, changes.Modified), writer);
        managed.TakeFromOthers(self, FieldSet.Union(taken, changes.Removed));
        if (!taken.IsEmpty || !changes.Removed.IsEmpty)
        {
            var mine = FieldSet.Union(FieldSet.Difference(managed.FieldsOf(self), changes.Removed), taken);
            managed.Set(self, mine);
        }

        if (!taken.IsEmpty)
        {
            managed.Stamp(self, now);
        }

        managed.WriteTo(after);
    }

    // The status isn't written through the object itself, nor anything else through its status.
    private static FieldSet Owned(FieldSet changed, Writer writer)
    {
        var status = changed.Children.ContainsKey("f:status");
        if (!status)
        {
            return changed;
        }

        var onlyStatus = FieldSet.Parse(new JsonObject { ["f:status"] = changed.Children["f:status"].ToFields() });
        return writer.Subresource == "status" ? onlyStatus : FieldSet.Difference(changed, FieldSet.Union(onlyStatus, Status));
    }

    private static JsonObject Bare(JsonObject item)
    {
        var bare = item.Copy();
        (bare["metadata"] as JsonObject)?.Remove("managedFields");
        return bare;
    }
}
