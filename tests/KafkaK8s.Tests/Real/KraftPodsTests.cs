using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests.Real;

/// <summary>A cluster without ZooKeeper, made by hand, on pods whose programs are real processes of Kafka 4.3.1.</summary>
[Trait("Category", "RealKafka")]
[Collection(RealKafkaInTurn.Name)]
public class KraftPodsTests
{
    private const string Everything = "KAFKAK8S_FULL_MATRIX";

    /// <summary>The manifests, for Apache's image or for Confluent's, whose programs have other names and places.</summary>
    internal static string Manifests(string image = "apache/kafka:4.3.1")
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tests", "KafkaK8s.Tests", "Real", "kraft.yml"));
        return image.StartsWith("apache/", StringComparison.Ordinal)
            ? text
            : text.Replace("apache/kafka:4.3.1", image, StringComparison.Ordinal).Replace("/etc/kafka/docker/run", "/etc/confluent/docker/run", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apache/kafka:4.3.1", "/opt/kafka/bin/kafka-topics.sh", "4.3.1")]
    [InlineData("confluentinc/cp-kafka:8.3.2", "/usr/bin/kafka-topics", "8.3.2-ccs")]
    public async Task A_cluster_without_ZooKeeper_is_found_operated_and_removed(string image, string topicsProgram, string version)
    {
        Assert.SkipUnless(
            image.StartsWith("apache/", StringComparison.Ordinal) || Environment.GetEnvironmentVariable(Everything) == "1",
            $"The other image's programs are the same by other names; set {Everything}=1 to run them too.");
        await using var pods = await RealPods.StartAsync();
        var session = pods.Session;
        await pods.CreateAsync(Manifests(image));

        // Found, waited for, and seen for what it is.
        session.Run("Wait-KafkaCluster -Timeout 300").Succeeded();
        var cluster = session.Run("Get-KafkaCluster").One();
        Assert.Equal(("kafka", "Ready", "KRaft", "3/3"), ((string)cluster.Name, (string)cluster.State, (string)cluster.Metadata, (string)cluster.Broker.Ready));
        Assert.Matches(@"kafka +the-project +Ready +<none> +3/3 +<none>", session.Run("Get-KafkaCluster | Out-Host").Screen);
        Assert.Equal([image, image, image], session.Run("Get-KafkaBroker").Succeeded().Select(broker => (string)((dynamic)broker).Image));
        Assert.Contains(
            session.Run("Get-KafkaLog kafka-0").Succeeded(), line => line.ToString().Contains("Kafka Server started", StringComparison.Ordinal));

        // No ensemble: said, and no error.
        var ensemble = session.Run("Get-KafkaZookeeper");
        Assert.Empty(ensemble.Succeeded());
        Assert.Equal(["The Kafka cluster the-project/kafka has no ZooKeeper: its brokers keep the metadata themselves (KRaft)."], ensemble.Warnings);
        session.Run("Get-KafkaZookeeper kafka-zookeeper-0").Failure("MemberNotFound", ErrorCategory.ObjectNotFound, "kafka-zookeeper-0");

        // Nothing that is made for brokers on ZooKeeper touches it.
        var before = Set(session);
        foreach (var command in new[] { "New-KafkaBroker", "New-KafkaBroker -Force", "New-KafkaBroker -WhatIf", "New-KafkaZookeeper", "New-KafkaCluster", "New-KafkaCluster -Preset Article -Force" })
        {
            session.Run(command).Failure("ClusterIsKraft", ErrorCategory.NotImplemented, "kafka");
        }

        session.Run("Set-KafkaBroker -Replicas 1").Failure("ControllersAreStatic", ErrorCategory.NotImplemented, "the-project/kafka");
        session.Run("Restart-KafkaZookeeper").Failure("NoEnsemble", ErrorCategory.ObjectNotFound, "the-project/kafka");
        Assert.Equal(before, Set(session));

        // Operated by the programs that its own image has.
        Assert.StartsWith(version, session.Run($"Invoke-KafkaCommand {topicsProgram} -- --version").One().ToString(), StringComparison.Ordinal);
        Assert.Equal(2, (int)session.Run("New-KafkaTopic orders -Partitions 2 -ReplicationFactor 3").One().PartitionCount);
        session.Run("'hello', 'größer' | Send-KafkaMessage orders").Succeeded();
        Assert.Equal(
            ["größer", "hello"],
            session.Run("Receive-KafkaMessage orders -FromBeginning -MaxCount 2 -Timeout 30").Succeeded().Select(record => (string)((dynamic)record).Value).Order(StringComparer.Ordinal));
        Assert.Equal(["orders"], session.Run("Get-KafkaTopic o*").Succeeded().Select(topic => (string)((dynamic)topic).Name));

        // A client takes after the brokers, and serves.
        Assert.Equal(image, (string)session.Run("New-KafkaClient -Timeout 120").One().Client.Image);
        session.Run("Remove-KafkaTopic orders -Confirm:$false; Remove-KafkaClient -Timeout 60").Succeeded();

        // Programs of a release that is not known yet are asked as the newest known is, with one warning.
        var newer = image[..image.LastIndexOf('.')];
        await pods.CreateAsync(ClientOfALaterRelease(newer, topicsProgram));
        session.Run("Wait-KafkaCluster -Timeout 60").Succeeded();
        Assert.Equal(
            [$"Kafka 5.1.0 in {newer} is newer than any that this module knows; it is treated as 4.3.1."],
            session.Run("New-KafkaTopic later -Partitions 1 -ReplicationFactor 1").Warnings);
        var known = session.Run("Get-KafkaTopic later");
        Assert.Equal("later", (string)known.One().Name);
        Assert.Empty(known.Warnings);

        session.Run("Remove-KafkaCluster -IncludeData -Confirm:$false -Timeout 120").Succeeded();
        Assert.Empty(session.Run("Get-KafkaCluster *").Succeeded());
        session.Run("Remove-KafkaNamespace the-project -Confirm:$false -Timeout 120").Succeeded();
    }

    // Another tag of the image, so that nothing is known of it yet, and a program in it that gives itself another version.
    private static string ClientOfALaterRelease(string image, string topicsProgram) =>
        $$"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: kafka-test-client
          namespace: the-project
          labels:
            app: kafka-test-client
        spec:
          terminationGracePeriodSeconds: 1
          containers:
          - name: client
            image: {{image}}
            command:
            - bash
            - -c
            - |
              mv {{topicsProgram}} {{topicsProgram}}-of-now
              printf '%s\n' '#!/bin/bash' '[[ $1 == --version ]] && echo 5.1.0 && exit' 'exec "$0-of-now" "$@"' >{{topicsProgram}}
              chmod +x {{topicsProgram}}
              touch /tmp/ready
              exec tail -f /dev/null
            readinessProbe:
              exec:
                command: [test, -e, /tmp/ready]
              periodSeconds: 1
        """;

    private static string Set(ModuleSession session) => string.Join(
        ' ',
        session.Run("Get-KafkaBroker | ForEach-Object { $_.Name, $_.CreatedAt.Ticks, $_.Image, $_.Restarts }; Get-KafkaNamespace the-project; Get-KafkaCluster | ForEach-Object { $_.Broker.Replicas, $_.Zookeeper, $_.Client }")
            .Succeeded());
}
