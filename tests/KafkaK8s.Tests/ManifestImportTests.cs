using System.Management.Automation;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

/// <summary>Import-KafkaManifest: round trips, previews, conflicts and bad files.</summary>
public sealed class ManifestImportTests(PracticeCluster cluster) : IClassFixture<PracticeCluster>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kafkak8s-import-");
    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void An_export_comes_back_as_the_same_cluster_and_an_edit_is_all_that_changes()
    {
        _session.Run($"Export-KafkaManifest {_folder.FullName} -Namespace trip -Replicas 1 -ZookeeperReplicas 1").Succeeded();
        var made = _session.Run($"Import-KafkaManifest {_folder.FullName}").One();
        Assert.Equal(("kafka", "trip", "Ready"), ((string)made.Name, (string)made.Namespace, (string)made.State));
        var before = Objects("trip");

        Assert.Contains("nothing was changed", _session.Run($"Import-KafkaManifest {_folder.FullName}").Screen, StringComparison.Ordinal);
        Assert.Contains("nothing would change", _session.Run("New-KafkaCluster -Namespace trip -Replicas 1 -ZookeeperReplicas 1 -WhatIf").Screen, StringComparison.Ordinal);
        Assert.Equal(before, Objects("trip"));

        var file = Path.Combine(_folder.FullName, "240-kafka-statefulset.yml");
        File.WriteAllText(file, File.ReadAllText(file).Replace("-Xmx1G -Xms1G", "-Xmx2G -Xms2G", StringComparison.Ordinal));
        var preview = _session.Run($"Import-KafkaManifest {_folder.FullName} -WhatIf");
        Assert.Empty(preview.Succeeded());
        Assert.Equal(
            ["spec.template.spec.containers[kafka-broker].env[KAFKA_HEAP_OPTS].value: -Xmx1G -Xms1G -> -Xmx2G -Xms2G"],
            preview.Screen.Split('\n').Where(line => line.Contains("->", StringComparison.Ordinal)).Select(line => line.Trim()));
        Assert.Equal(before, Objects("trip"));

        var changed = _session.Run($"Get-ChildItem {_folder.FullName}/2*.yml | Import-KafkaManifest");
        Assert.Single(changed.Succeeded());
        Assert.Contains("restarted", Assert.Single(changed.Warnings), StringComparison.Ordinal);
        var after = Objects("trip");
        Assert.Equal(before.Count, after.Count);
        Assert.Equal(["kafka"], before.Except(after).Select(item => item.Split('/', ' ')[1]).Distinct());
    }

    [Fact]
    public void What_somebody_else_holds_is_a_conflict_until_it_is_forced()
    {
        _session.Run("New-KafkaNamespace held").Succeeded();
        Write("map.yml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: held}, data: {a: ours}}");
        cluster.Server.Store.Create(
            ResourceKind.ConfigMaps,
            System.Text.Json.Nodes.JsonNode.Parse("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"held"},"data":{"a":"theirs"}}""")!.AsObject(),
            new Writer("kubectl-create"));

        var error = _session.Run($"Import-KafkaManifest {_folder.FullName}").Failure();
        Assert.Equal(ErrorCategory.ResourceBusy, error.CategoryInfo.Category);
        Assert.Contains("kubectl-create", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("map.yml, document 1", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("theirs", Data());

        _session.Run($"Import-KafkaManifest {_folder.FullName} -Force").Succeeded();
        Assert.Equal("ours", Data());

        string? Data() => (string?)cluster.Server.Store.Get(ResourceKind.ConfigMaps, "held", "settings")!["data"]!["a"];
    }

    [Fact]
    public void Malformed_yaml_is_named_by_file_and_line_and_nothing_is_changed()
    {
        _session.Run("New-KafkaNamespace malformed").Succeeded();
        Write("1.yml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: malformed}}");
        Write("2.yml", "apiVersion: v1\nkind: ConfigMap\nmetadata: name: a\n");

        var error = _session.Run($"Import-KafkaManifest {_folder.FullName}").Failure("MalformedYaml", ErrorCategory.InvalidData, Path.Combine(_folder.FullName, "2.yml"));

        Assert.Contains("2.yml, line 3", error.ToString(), StringComparison.Ordinal);
        Assert.Null(cluster.Server.Store.Get(ResourceKind.ConfigMaps, "malformed", "settings"));
    }

    [Fact]
    public void A_path_that_there_is_not_is_an_error_and_a_pattern_without_match_is_silence()
    {
        var missing = Path.Combine(_folder.FullName, "missing.yml");

        _session.Run($"Import-KafkaManifest {missing}").Failure("ManifestFileNotFound", ErrorCategory.ObjectNotFound, missing);
        _session.Run($"Import-KafkaManifest {_folder.FullName}").Failure("NothingToImport", ErrorCategory.InvalidArgument, _folder.FullName);
        _session.Run("Import-KafkaManifest env:PATH").Failure("ManifestNotAFile", ErrorCategory.InvalidArgument, "env:PATH");
        Assert.Empty(_session.Run($"Import-KafkaManifest {_folder.FullName}/*.yml").Succeeded());
    }

    [Fact]
    public void A_name_with_brackets_is_taken_literally_when_it_is_asked_for_so()
    {
        _session.Run("New-KafkaNamespace brackets").Succeeded();
        Write("[1].yml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: brackets}}");

        _session.Run($"Import-KafkaManifest -LiteralPath '{_folder.FullName}/[1].yml'").Succeeded();

        Assert.NotNull(cluster.Server.Store.Get(ResourceKind.ConfigMaps, "brackets", "settings"));
    }

    [Theory]
    [InlineData("New-KafkaNamespace overridden -Override @{ metadata = @{ labels = @{ a = 'not a label!' } } }")]
    [InlineData("New-KafkaZookeeper -Namespace overridden -Override @{ spec = @{ template = @{ spec = @{ containers = @(@{ name = 'zookeeper'; ports = @(@{ containerPort = 99999 }) }) } } } }")]
    [InlineData("New-KafkaBroker -Namespace overridden -Override @{ spec = @{ template = @{ spec = @{ restartPolicy = 'Sometimes' } } } }")]
    [InlineData("New-KafkaClient -Namespace overridden -Override @{ spec = @{ containers = @(@{ name = 'kafka'; image = '' }) } }")]
    [InlineData("New-KafkaCluster -Namespace overridden -Override @{ Broker = @{ spec = @{ podManagementPolicy = 'Sometimes' } } }")]
    public void An_override_that_the_server_refuses_changes_nothing(string command)
    {
        _session.Run("New-KafkaNamespace overridden").Succeeded();
        var before = Objects("overridden");

        var error = _session.Run(command).Failure();

        Assert.Equal("ResourceInvalid", error.FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal(before, Objects("overridden"));
    }

    [Fact]
    public void An_override_is_merged_by_the_keys_of_its_lists()
    {
        _session.Run("New-KafkaNamespace merged -Override @{ metadata = @{ labels = @{ team = 'streams' } } }").Succeeded();
        _session.Run("$labels = [Collections.Generic.Dictionary[string, string]]::new(); $labels['tier'] = 'one'; New-KafkaNamespace merged -Override @{ metadata = @{ labels = $labels } }").Succeeded();
        _session.Run("New-KafkaBroker -Namespace merged -NoWait -Override @{ spec = @{ template = @{ spec = @{ containers = @(@{ name = 'kafka-broker'; env = @(@{ name = 'KAFKA_HEAP_OPTS'; value = '-Xmx3G' }) }) } } } }").Succeeded();

        var labels = cluster.Server.Store.Get(ResourceKind.Namespaces, null, "merged")!["metadata"]!["labels"]!;
        Assert.Equal("one", (string?)labels["tier"]);
        var container = Assert.Single(cluster.Server.Store.Get(ResourceKind.StatefulSets, "merged", "kafka")!["spec"]!["template"]!["spec"]!["containers"]!.AsArray())!;
        Assert.Equal(["-Xmx3G"], container["env"]!.AsArray().Where(variable => (string?)variable!["name"] == "KAFKA_HEAP_OPTS").Select(variable => (string?)variable!["value"]));
        Assert.Contains(container["env"]!.AsArray(), variable => (string?)variable!["name"] == "KAFKA_LOG_DIRS");
    }

    // Pods of other tests live on meanwhile.
    private List<string> Objects(string inNamespace) => [.. cluster.Objects().Where(item => item.StartsWith($"{inNamespace}/", StringComparison.Ordinal) || item.StartsWith($"/{inNamespace} ", StringComparison.Ordinal))];

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);

    public void Dispose()
    {
        _session.Dispose();
        _folder.Delete(recursive: true);
    }
}
