using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters.Ensembles;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Tests.Clusters.Ensembles;

/// <summary>The list of servers as each image takes it, read and rewritten.</summary>
public sealed class ServerListTests
{
    [Theory]
    [InlineData("""{"env":[{"name":"ZK_REPLICAS","value":"3"}]}""", "ZK_REPLICAS", 3, """{"env":[{"name":"ZK_REPLICAS","value":"4"}]}""")]
    [InlineData(
        """{"env":[{"name":"ZOO_SERVERS","value":"server.1=z-0.h:2888:3888;2181 server.2=z-1.h:2888:3888;2181"}]}""",
        "ZOO_SERVERS",
        2,
        """{"env":[{"name":"ZOO_SERVERS","value":"server.1=z-0.h:2888:3888;2181 server.2=z-1.h:2888:3888;2181 server.3=z-2.h:2888:3888;2181 server.4=z-3.h:2888:3888;2181"}]}""")]
    [InlineData(
        """{"env":[{"name":"ZOOKEEPER_SERVERS","value":"z-0.h:2888:3888;z-1.h:2888:3888"}]}""",
        "ZOOKEEPER_SERVERS",
        2,
        """{"env":[{"name":"ZOOKEEPER_SERVERS","value":"z-0.h:2888:3888;z-1.h:2888:3888;z-2.h:2888:3888;z-3.h:2888:3888"}]}""")]
    [InlineData(
        """{"command":["sh","-c","start-zookeeper --servers=3 --heap=512M"]}""", "--servers", 3, """{"command":["sh","-c","start-zookeeper --servers=4 --heap=512M"]}""")]
    public void Is_found_where_the_image_takes_it_from(string container, string where, int size, string withFour)
    {
        var podSpec = PodSpec(container);

        var list = ServerList.Read(podSpec)!;
        var changed = StrategicMerge.Apply(new JsonObject { ["spec"] = podSpec.DeepClone() }, new JsonObject { ["spec"] = ServerList.Resize(podSpec, "z", 4) });

        Assert.Equal((where, size), (list.Where, list.Size));
        Assert.True(JsonNode.DeepEquals(PodSpec(withFour), changed["spec"]), changed.ToJsonString());
        Assert.Equal(4, ServerList.Read(changed["spec"])!.Size);
    }

    [Fact]
    public void A_shorter_list_leaves_the_last_out() => Assert.Equal(
        "server.1=z-0:2888:3888;2181",
        (string?)ServerList.Resize(PodSpec("""{"env":[{"name":"ZOO_SERVERS","value":"server.1=z-0:2888:3888;2181 server.2=z-1:2888:3888;2181"}]}"""), "z", 1)["containers"]![0]!["env"]![0]!["value"]);

    [Theory]
    [InlineData("""{"env":[{"name":"ZOO_SERVERS","value":"server.1=a:2888:3888;2181 server.2=b:2888:3888;2181"}]}""")]
    [InlineData("""{"env":[{"name":"ZK_REPLICAS","value":"many"}]}""")]
    [InlineData("""{"env":[{"name":"ZOO_SERVERS","value":"server.1=z-0:2888:3888;2181 server.7=z-6:2888:3888;2181"}]}""")]
    [InlineData("""{"env":[]}""")]
    public void A_list_that_does_not_name_the_pods_is_left_alone(string container)
    {
        var error = Assert.Throws<EngineException>(() => ServerList.Resize(PodSpec(container), "z", 5));

        Assert.Equal(("ServerListNotUnderstood", EngineErrorKind.NotSupported, "z"), (error.Id, error.Kind, error.Target));
    }

    private static JsonObject PodSpec(string container)
    {
        var fields = JsonNode.Parse(container)!.AsObject();
        fields["name"] = "zookeeper";
        return new JsonObject { ["containers"] = new JsonArray(fields) };
    }
}
