using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api.Tables;

/// <summary>Writes objects as the tables that <c>kubectl get</c> shows.</summary>
internal static class TableWriter
{
    /// <summary>A page as a table.</summary>
    /// <param name="kind">The kind of its objects.</param>
    /// <param name="page">The page.</param>
    /// <param name="clock">Tells ages.</param>
    /// <param name="include">What of each object goes along: <c>Metadata</c>, <c>Object</c> or <c>None</c>.</param>
    public static JsonObject Write(ResourceKind kind, Page page, SandboxClock clock, string include)
    {
        var columns = TableColumns.Of(kind);
        var now = clock.GetUtcNow();
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = Representation.MetadataOf(page),
            ["columnDefinitions"] = new JsonArray([.. columns.Select(column => new JsonObject
            {
                ["name"] = column.Name,
                ["type"] = column.Type,
                ["format"] = column.Name == "Name" ? "name" : "",
                ["description"] = column.Description,
                ["priority"] = column.IsWide ? 1 : 0,
            })]),
            ["rows"] = new JsonArray([.. page.Items.Where(item => item.Name().Length > 0).Select(item => new JsonObject
            {
                ["cells"] = new JsonArray([.. columns.Select(column => column.Cell(item, now))]),
                ["object"] = include switch { "None" => null, "Object" => item.Copy(), _ => MetadataOf(item) },
            })]),
        };
    }

    /// <summary>An object's metadata as an object of its own.</summary>
    public static JsonObject MetadataOf(JsonObject item) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = item["metadata"]?.DeepClone(),
    };
}
