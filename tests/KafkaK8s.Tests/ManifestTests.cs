using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

public sealed class ManifestTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kafkak8s-manifests-");
    private readonly ModuleSession _session = new();

    [Fact]
    public void The_article_is_nine_files_made_without_any_cluster()
    {
        var files = Export("-Preset Article -Namespace the-project").Succeeded();

        Assert.Equal(9, files.Count);
        Assert.Contains("namespace: the-project", File.ReadAllText(Path.Combine(_folder.FullName, "240-kafka-statefulset.yml")), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_there_stay_unless_forced()
    {
        Export("").Succeeded();
        var file = Path.Combine(_folder.FullName, "000-namespace.yml");
        File.WriteAllText(file, "mine");

        Assert.Equal(ErrorCategory.ResourceExists, Export("").Failure().CategoryInfo.Category);
        Assert.Equal("mine", File.ReadAllText(file));
        Export("-Force").Succeeded();
        Assert.NotEqual("mine", File.ReadAllText(file));
    }

    [Fact]
    public void What_if_writes_nothing()
    {
        Export("-WhatIf").Succeeded();

        Assert.Empty(_folder.GetFiles());
    }

    [Theory]
    [InlineData("-Replicas 0", "InvalidReplicas", "kafka")]
    [InlineData("-ZookeeperReplicas -1", "InvalidReplicas", "kafka-zookeeper")]
    [InlineData("-Cluster Not_A_Name", "InvalidClusterName", "Not_A_Name")]
    [InlineData("-Namespace Not_A_Name", "InvalidNamespaceName", "Not_A_Name")]
    [InlineData("-StorageSize plenty", "InvalidStorageSize", "kafka")]
    [InlineData("-Override @{ Brokers = @{} }", "OverrideNotUnderstood", "Brokers")]
    [InlineData("-Override @{ Broker = 5 }", "OverrideNotUnderstood", "Override.Broker")]
    [InlineData("-Override @{ Broker = @{ spec = [System.IO.MemoryStream]::new() } }", "OverrideNotUnderstood", "Override.Broker.spec")]
    public void What_can_not_be_is_refused_and_nothing_is_written(string arguments, string id, string target)
    {
        Export(arguments).Failure(id, ErrorCategory.InvalidArgument, target);

        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public void An_even_ensemble_is_a_warning()
        => Assert.Contains("odd", Assert.Single(Export("-ZookeeperReplicas 4").Warnings), StringComparison.Ordinal);

    [Fact]
    public void An_override_is_merged_last()
    {
        Export("-Override @{ broker = @{ spec = @{ replicas = 7; template = @{ spec = @{ priorityClassName = 'high' } } } } }").Succeeded();
        var text = File.ReadAllText(Path.Combine(_folder.FullName, "240-kafka-statefulset.yml"));

        Assert.Contains("replicas: 7", text, StringComparison.Ordinal);
        Assert.Contains("priorityClassName: high", text, StringComparison.Ordinal);
    }

    private Transcript Export(string arguments) => _session.Run($"Export-KafkaManifest {_folder.FullName} {arguments}");

    public void Dispose()
    {
        _session.Dispose();
        _folder.Delete(recursive: true);
    }
}
