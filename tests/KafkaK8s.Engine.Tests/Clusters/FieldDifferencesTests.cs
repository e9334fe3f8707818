using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Tests.Clusters;

public sealed class FieldDifferencesTests
{
    [Theory]
    [InlineData("spec: {replicas: 3}", "spec: {replicas: 5}", "spec.replicas: 3 -> 5")]
    [InlineData("spec: {}", "spec: {replicas: 5}", "spec.replicas: 5 (new)")]
    [InlineData("spec: {replicas: 5}", "spec: {}", "spec.replicas: 5 (removed)")]
    [InlineData("spec: {containers: [{name: a, env: [{name: X, value: '1'}]}]}", "spec: {containers: [{name: a, env: [{name: W, value: '0'}, {name: X, value: '2'}]}]}", "spec.containers[a].env[X].value: 1 -> 2|spec.containers[a].env[W].value: 0 (new)")]
    [InlineData("spec: {containers: [{name: a, command: [x, v]}]}", "spec: {containers: [{name: a, command: [x, w]}]}", "spec.containers[a].command: [\"x\",\"v\"] -> [\"x\",\"w\"]")]
    [InlineData("spec: {ports: [{port: 1, targetPort: 1}]}", "spec: {ports: [{port: 1, targetPort: kafka}]}", "spec.ports[1].targetPort: 1 -> kafka")]
    [InlineData("spec: {resources: {requests: {storage: 1Gi}}}", "spec: {resources: {requests: {storage: 1024Mi}}}", "")]
    [InlineData("spec: {resources: {requests: {storage: 1Gi}}}", "spec: {resources: {requests: {storage: 2Gi}}}", "spec.resources.requests.storage: 1Gi -> 2Gi")]
    [InlineData("metadata: {resourceVersion: '1', generation: 1, labels: {a: b}}", "metadata: {resourceVersion: '2', generation: 2, labels: {a: c}}", "metadata.labels.a: b -> c")]
    [InlineData("status: {replicas: 1}", "status: {replicas: 2}", "")]
    [InlineData("spec: {volumes: [{name: data, emptyDir: {}}]}", "spec: {volumes: [{name: data, hostPath: {path: /x}}]}", "spec.volumes[data].emptyDir: {} (removed)|spec.volumes[data].hostPath.path: /x (new)")]
    [InlineData("spec: {containers: [{name: a, env: [{name: X}]}]}", "spec: {containers: [{name: a, env: [{name: X}, {name: Z}]}]}", "spec.containers[a].env[Z].name: Z (new)")]
    [InlineData("spec: {containers: [{name: a, env: [{name: KAFKA_SSL_KEY_PASSWORD, value: a}]}]}", "spec: {containers: [{name: a, env: [{name: KAFKA_SSL_KEY_PASSWORD, value: b}]}]}", "spec.containers[a].env[KAFKA_SSL_KEY_PASSWORD].value: (hidden) -> (hidden)")]
    [InlineData("kind: Secret", "{kind: Secret, data: {token: YQ==}, stringData: {other: b}}", "data.token: (hidden) (new)|stringData.other: (hidden) (new)")]
    public void Names_each_field_that_differs(string before, string after, string expected) =>
        Assert.Equal(
            expected.Split('|', StringSplitOptions.RemoveEmptyEntries).Order(),
            FieldDifferences.Between(ManifestReader.Read(before, "before"), ManifestReader.Read(after, "after")).Select(change => change.ToString()).Order());

    [Fact]
    public void A_new_object_differs_in_all_its_fields() =>
        Assert.Equal(
            ["metadata.name: a (new)", "spec.replicas: 1 (new)"],
            FieldDifferences.Between(null, ManifestReader.Read("{apiVersion: v1, kind: X, metadata: {name: a}, spec: {replicas: 1}}", "after")).Select(change => change.ToString()));
}
