using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Api.Patches;
using KafkaK8s.Sandbox.Api.Schema;

namespace KafkaK8s.Sandbox.Tests.Api;

public sealed class PatchTests
{
    [Theory]
    [InlineData("""{"a":1,"b":{"c":2}}""", """{"b":{"c":null,"d":3}}""", """{"a":1,"b":{"d":3}}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[3]}""", """{"a":[3]}""")]
    [InlineData("""{"a":1}""", """{"a":null,"b":{"c":null}}""", """{"b":{}}""")]
    public void A_merge_patch_sets_and_removes(string target, string patch, string expected) =>
        AssertJson(expected, MergePatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch)));

    [Theory]
    [InlineData("""{"a":[1,2]}""", """[{"op":"add","path":"/a/1","value":9},{"op":"remove","path":"/a/0"}]""", """{"a":[9,2]}""")]
    [InlineData("""{"a":{"b/c":1}}""", """[{"op":"replace","path":"/a/b~1c","value":2}]""", """{"a":{"b/c":2}}""")]
    [InlineData("""{"a":1}""", """[{"op":"move","from":"/a","path":"/b"},{"op":"copy","from":"/b","path":"/c"}]""", """{"b":1,"c":1}""")]
    public void A_json_patch_is_carried_out_step_by_step(string target, string patch, string expected) =>
        AssertJson(expected, JsonPatch.Apply(JsonNode.Parse(target)!, JsonNode.Parse(patch)));

    [Theory]
    [InlineData("""[{"op":"remove","path":"/b"}]""")]
    [InlineData("""[{"op":"test","path":"/a","value":2}]""")]
    [InlineData("""[{"op":"add","path":"/b/c","value":2}]""")]
    public void A_json_patch_that_does_not_fit_is_refused(string patch)
    {
        var refusal = Assert.Throws<ApiException>(() => JsonPatch.Apply(JsonNode.Parse("""{"a":1}""")!, JsonNode.Parse(patch)));

        Assert.Equal((422, "Invalid"), (refusal.Code, refusal.Reason));
    }

    [Theory]
    [InlineData(
        """{"containers":[{"name":"a","image":"x","env":[{"name":"E","value":"1"}]}]}""",
        """{"containers":[{"name":"a","env":[{"name":"F","value":"2"}]},{"name":"b","image":"y"}]}""",
        """{"containers":[{"name":"a","image":"x","env":[{"name":"F","value":"2"},{"name":"E","value":"1"}]},{"name":"b","image":"y"}]}""")]
    [InlineData(
        """{"containers":[{"name":"a","image":"x"},{"name":"b","image":"y"}]}""",
        """{"containers":[{"name":"a","$patch":"delete"}]}""",
        """{"containers":[{"name":"b","image":"y"}]}""")]
    [InlineData(
        """{"containers":[{"name":"a","image":"x"},{"name":"b","image":"y"}]}""",
        """{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"containers":[{"name":"a","image":"z"}]}""",
        """{"containers":[{"name":"b","image":"y"},{"name":"a","image":"z"}]}""")]
    [InlineData(
        """{"tolerations":[{"key":"a"}],"nodeSelector":{"a":"b"}}""",
        """{"tolerations":[{"key":"b"}],"nodeSelector":{"$patch":"replace","c":"d"}}""",
        """{"tolerations":[{"key":"b"}],"nodeSelector":{"c":"d"}}""")]
    [InlineData(
        """{"volumes":[{"name":"v","emptyDir":{}}]}""",
        """{"volumes":[{"name":"v","$retainKeys":["name","hostPath"],"hostPath":{"path":"/x"}}]}""",
        """{"volumes":[{"name":"v","hostPath":{"path":"/x"}}]}""")]
    public void A_strategic_merge_patch_knows_which_items_are_the_same(string target, string patch, string expected) => AssertJson(
        expected,
        StrategicMerge.Apply(ApiSchema.Named("PodSpec"), (JsonObject)JsonNode.Parse(target)!, (JsonObject)JsonNode.Parse(patch)!));

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual.ToText());
}
