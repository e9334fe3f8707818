using System.Text.Json.Nodes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Tests.Manifests;

public sealed class StrategicMergeTests
{
    private const string Set = """
        metadata: {name: kafka, finalizers: [a]}
        spec:
          replicas: 3
          template:
            spec:
              tolerations: [{key: old}]
              containers:
              - name: broker
                image: one
                command: [sh, -c]
                env:
                - {name: A, value: '1'}
                - {name: B, value: '2'}
                ports: [{containerPort: 9092, name: kafka}]
                volumeMounts: [{mountPath: /data, name: data}]
              volumes:
              - {name: data, emptyDir: {}}
          volumeClaimTemplates:
          - metadata: {name: datadir}
            spec: {resources: {requests: {storage: 1Gi}}}
        """;

    [Theory]
    [InlineData("spec: {replicas: 5}", "spec.replicas", "5")]
    [InlineData("spec: {replicas: null}", "spec.replicas", null)]
    [InlineData("spec: {template: {spec: {containers: [{name: broker, image: two}]}}}", "spec.template.spec.containers.0.image", "two")]
    [InlineData("spec: {template: {spec: {containers: [{name: broker, image: two}]}}}", "spec.template.spec.containers.0.env.1.value", "2")]
    [InlineData("spec: {template: {spec: {containers: [{name: broker, env: [{name: B, value: '3'}]}]}}}", "spec.template.spec.containers.0.env.1.value", "3")]
    [InlineData("spec: {template: {spec: {containers: [{name: broker, env: [{name: C, value: '3'}]}]}}}", "spec.template.spec.containers.0.env.2.name", "C")]
    [InlineData("spec: {template: {spec: {containers: [{name: broker, env: [{name: A, $patch: delete}]}]}}}", "spec.template.spec.containers.0.env.0.name", "B")]
    [InlineData("spec: {template: {spec: {containers: [{name: broker, env: [{$patch: replace}, {name: Z}]}]}}}", "spec.template.spec.containers.0.env.0.name", "Z")]
    [InlineData("spec: {template: {spec: {containers: [{name: side, image: two}]}}}", "spec.template.spec.containers.1.name", "side")]
    [InlineData("spec: {template: {spec: {containers: [{name: broker, command: [bash]}]}}}", "spec.template.spec.containers.0.command.1", null)]
    [InlineData("spec: {template: {spec: {containers: [{name: broker, ports: [{containerPort: 5555, name: jmx}]}]}}}", "spec.template.spec.containers.0.ports.1.name", "jmx")]
    [InlineData("spec: {template: {spec: {containers: [{name: broker, volumeMounts: [{mountPath: /data, readOnly: true}]}]}}}", "spec.template.spec.containers.0.volumeMounts.0.name", "data")]
    [InlineData("spec: {template: {spec: {volumes: [{name: data, emptyDir: null, hostPath: {path: /x}}]}}}", "spec.template.spec.volumes.0.hostPath.path", "/x")]
    [InlineData("spec: {template: {spec: {volumes: [{name: data, $retainKeys: [name, hostPath], hostPath: {path: /x}}]}}}", "spec.template.spec.volumes.0.emptyDir", null)]
    [InlineData("spec: {template: {spec: {tolerations: [{key: new}]}}}", "spec.template.spec.tolerations.0.key", "new")]
    [InlineData("spec: {template: {spec: {tolerations: [{key: new}]}}}", "spec.template.spec.tolerations.1", null)]
    [InlineData("spec: {template: {$patch: replace, metadata: {x: '1'}}}", "spec.template.spec", null)]
    [InlineData("spec: {volumeClaimTemplates: [{metadata: {name: datadir}, spec: {storageClassName: fast}}]}", "spec.volumeClaimTemplates.0.spec.resources.requests.storage", "1Gi")]
    [InlineData("metadata: {finalizers: [b]}", "metadata.finalizers.1", "b")]
    [InlineData("metadata: {$deleteFromPrimitiveList/finalizers: [a]}", "metadata.finalizers.0", null)]
    [InlineData("metadata: {annotations: {x: '1', y: null}}", "metadata.annotations.y", null)]
    public void Merges_as_Kubernetes_does(string patch, string path, string? expected)
    {
        var resource = ManifestReader.Read(Set, "set");

        var merged = StrategicMerge.Apply(resource, ManifestReader.Read(patch, "patch"));

        Assert.Equal(expected, At(merged, path)?.ToString());
        Assert.True(JsonNode.DeepEquals(ManifestReader.Read(Set, "set"), resource), "The resource itself was changed.");
    }

    [Fact]
    public void Ports_of_a_service_are_told_apart_by_port()
    {
        var service = ManifestReader.Read("spec: {ports: [{name: a, port: 1, targetPort: 1}, {name: b, port: 2, targetPort: 2}]}", "service");

        var merged = StrategicMerge.Apply(service, ManifestReader.Read("spec: {ports: [{port: 2, targetPort: 9}]}", "patch"));

        Assert.Equal("9", At(merged, "spec.ports.1.targetPort")?.ToString());
        Assert.Equal("b", At(merged, "spec.ports.1.name")?.ToString());
    }

    [Theory]
    [InlineData("spec: {template: {spec: {containers: [{image: two}]}}}")]
    [InlineData("spec: {template: {spec: {containers: [two]}}}")]
    [InlineData("spec: {$patch: sideways}")]
    [InlineData("spec: {$unheardOf: 1}")]
    public void Refuses_what_has_no_meaning(string patch) =>
        Assert.Equal("InvalidOverride", Assert.Throws<EngineException>(
            () => StrategicMerge.Apply(ManifestReader.Read(Set, "set"), ManifestReader.Read(patch, "patch"))).Id);

    private static JsonNode? At(JsonNode? node, string path) =>
        path.Split('.').Aggregate(node, (at, part) => at switch
        {
            JsonArray list => int.Parse(part, System.Globalization.CultureInfo.InvariantCulture) is var index && index < list.Count ? list[index] : null,
            JsonObject fields => fields[part],
            _ => null,
        });
}
