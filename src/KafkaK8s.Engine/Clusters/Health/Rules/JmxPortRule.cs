using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Clusters.Health.Rules;

/// <summary>No pod has JMX_PORT in its environment: every one of Kafka's programs that is run in it takes it over and finds the port in use.</summary>
internal sealed class JmxPortRule : HealthRule
{
    /// <inheritdoc/>
    public override string Id => "JmxPort";

    /// <inheritdoc/>
    public override IEnumerable<HealthFinding> Check(ClusterObservation seen) =>
        from pod in seen.Snapshot.Pods.Append(seen.Snapshot.Client).OfType<JsonObject>()
        where (string?)pod["metadata"]?["labels"]?["app"] != seen.State.Identity.ZookeeperSet
        from container in (pod["spec"]?["containers"] as JsonArray ?? []).OfType<JsonObject>()
        let port = ClusterSnapshot.Variable(container, "JMX_PORT")
        where !string.IsNullOrEmpty(port)
        select Finding(
            HealthSeverity.Warning,
            (string?)pod["metadata"]?["name"] ?? "",
            "JMX_PORT is in the container's environment, so every Kafka program that is run in the pod wants the broker's port and fails. This module takes it out; other people's commands fail.",
            $"JMX_PORT={port} in container {(string?)container["name"]}",
            "Set KAFKA_JMX_PORT instead, which the image gives to the broker alone.",
            seen.Line($"Set-KafkaBroker -Override @{{ spec = @{{ template = @{{ spec = @{{ containers = @(@{{ name = '{(string?)container["name"]}'; env = @(@{{ name = 'JMX_PORT'; '$patch' = 'delete' }}, @{{ name = 'KAFKA_JMX_PORT'; value = '{port}' }}) }}) }} }} }} }}"));
}
