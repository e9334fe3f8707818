using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

/// <summary>Making, changing and removing clusters.</summary>
public sealed class ClusterLifeTests(PracticeCluster cluster) : IClassFixture<PracticeCluster>, IDisposable
{
    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void What_if_on_nothing_names_what_would_be_made_and_makes_nothing()
    {
        _session.Run("New-KafkaNamespace preview").Succeeded();
        var before = cluster.Objects();
        var preview = _session.Run("New-KafkaCluster -Namespace preview -WhatIf");

        Assert.Empty(preview.Succeeded());
        Assert.Contains("Create StatefulSet preview/kafka-zookeeper", preview.Screen, StringComparison.Ordinal);
        Assert.Equal(before, cluster.Objects());
    }

    [Fact]
    public void The_articles_cluster_stands_and_a_preview_of_a_change_shows_its_fields()
    {
        var made = _session.Run("New-KafkaCluster -Namespace article -Preset Article").One();
        Assert.Equal(("Ready", "Article"), ((string)made.State, made.Preset.ToString()));

        var before = cluster.Objects();
        var same = _session.Run("New-KafkaCluster -Namespace article -Preset Article -WhatIf");
        Assert.Contains("nothing would change", same.Screen, StringComparison.Ordinal);
        var more = _session.Run("New-KafkaBroker -Namespace article -Preset Article -Replicas 5 -HeapOptions '-Xmx2G' -WhatIf");
        Assert.Contains("spec.replicas: 3 -> 5", more.Screen, StringComparison.Ordinal);
        Assert.Contains("[KAFKA_HEAP_OPTS].value: ", more.Screen, StringComparison.Ordinal);
        Assert.Equal(before, cluster.Objects());
    }

    [Theory]
    [InlineData("New-KafkaBroker -Replicas 1", "BrokersNotDrained", "kafka", "Set-KafkaBroker -Replicas 1 -Drain -Namespace smaller")]
    [InlineData("New-KafkaCluster -Replicas 1 -Force", "BrokersNotDrained", "kafka", "Set-KafkaBroker -Replicas 1 -Drain -Namespace smaller")]
    [InlineData("New-KafkaZookeeper -Replicas 5", "EnsembleIsStaged", "kafka-zookeeper", "Set-KafkaZookeeper -Replicas 5 -Namespace smaller")]
    [InlineData("Import-KafkaManifest {0}", "EnsembleIsStaged", "kafka-zookeeper", "Set-KafkaZookeeper -Replicas 3 -Namespace smaller")]
    public void Members_of_a_running_cluster_leave_and_join_the_ensemble_by_the_commands_that_look_first(string command, string id, string target, string advice)
    {
        _session.Run("New-KafkaCluster -Namespace smaller -Replicas 2 -ZookeeperReplicas 1").Succeeded();
        var folder = Directory.CreateTempSubdirectory("kafkak8s-smaller-");
        _session.Run($"Export-KafkaManifest {folder.FullName} -Namespace smaller -Replicas 2 -ZookeeperReplicas 3").Succeeded();
        var before = cluster.Objects().Where(item => item.StartsWith("smaller/", StringComparison.Ordinal)).ToList();
        var line = $"{string.Format(System.Globalization.CultureInfo.InvariantCulture, command, folder.FullName)} -Namespace smaller";

        foreach (var full in new[] { line, $"{line} -WhatIf" })
        {
            var error = _session.Run(full).Failure(id, ErrorCategory.ResourceBusy, target);
            Assert.Contains(advice, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        }

        Assert.Equal(before, cluster.Objects().Where(item => item.StartsWith("smaller/", StringComparison.Ordinal)));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Removing_keeps_the_claims_and_making_it_again_takes_them_up()
    {
        _session.Run("New-KafkaCluster -Namespace kept -Replicas 1 -ZookeeperReplicas 1").Succeeded();
        var claims = Claims("kept");
        Assert.NotEmpty(claims);

        _session.Run("Get-KafkaCluster -Namespace kept | Remove-KafkaCluster").Succeeded();

        Assert.Empty(_session.Run("Get-KafkaCluster -Namespace kept").Succeeded());
        Assert.Equal(claims, Claims("kept"));
        _session.Run("New-KafkaCluster -Namespace kept -Replicas 1 -ZookeeperReplicas 1").Succeeded();
        Assert.Equal(claims, Claims("kept"));
    }

    [Fact]
    public void Losing_data_asks_and_no_is_no()
    {
        _session.Run("New-KafkaCluster -Namespace asked -Replicas 1 -ZookeeperReplicas 1").Succeeded();
        var before = cluster.Objects().Where(item => item.StartsWith("asked/", StringComparison.Ordinal)).ToList();

        Assert.Contains("All data in it is lost", _session.Run("Remove-KafkaCluster -Namespace asked -IncludeData").Screen, StringComparison.Ordinal);
        Assert.Contains("StatefulSet kafka", _session.Run("Remove-KafkaCluster -Namespace asked -IncludeData -WhatIf").Screen, StringComparison.Ordinal);
        Assert.Equal(before, cluster.Objects().Where(item => item.StartsWith("asked/", StringComparison.Ordinal)));

        _session.Run("Remove-KafkaCluster -Namespace asked -IncludeData -Confirm:$false").Succeeded();
        Assert.Empty(Claims("asked"));
    }

    [Fact]
    public void One_member_of_the_pipeline_never_takes_all_the_others_along()
    {
        _session.Run("New-KafkaCluster -Namespace members -Replicas 1 -ZookeeperReplicas 1").Succeeded();

        _session.Run("Get-KafkaBroker -Namespace members | Remove-KafkaBroker -Confirm:$false").Failure("MemberGiven", ErrorCategory.InvalidArgument, "kafka-0");
        Assert.Single(_session.Run("Get-KafkaBroker -Namespace members").Succeeded());
    }

    [Fact]
    public void What_can_not_heal_fails_at_once_and_says_why()
    {
        var start = TimeProvider.System.GetTimestamp();
        var error = _session.Run("New-KafkaNamespace noimage | New-KafkaZookeeper -Image Not:An:Image").Failure();

        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60));
        Assert.Equal(ErrorCategory.ResourceUnavailable, error.CategoryInfo.Category);
        Assert.Contains("Not:An:Image", error.ToString(), StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(error.ErrorDetails.RecommendedAction));
    }

    [Fact]
    public void Waiting_shows_progress_and_takes_it_away_in_the_end()
    {
        var made = _session.Run("New-KafkaNamespace progress | New-KafkaZookeeper -Replicas 1");

        made.Succeeded();
        Assert.Contains(made.Progress, record => record.Activity.Contains("Waiting for kafka in progress", StringComparison.Ordinal));
        Assert.Equal(ProgressRecordType.Completed, made.Progress[^1].RecordType);
    }

    [Fact]
    public void A_namespace_is_never_taken_for_a_cluster()
    {
        var made = _session.Run("New-KafkaNamespace leak | New-KafkaCluster -Replicas 1 -ZookeeperReplicas 1 -NoWait").One();

        Assert.Equal(("kafka", "leak"), ((string)made.Name, (string)made.Namespace));
    }

    [Fact]
    public void The_same_name_in_two_namespaces_has_to_be_said_which()
    {
        _session.Run("'twin-a', 'twin-b' | ForEach-Object { New-KafkaCluster twin -Namespace $_ -Replicas 1 -ZookeeperReplicas 1 -NoWait }").Succeeded();

        _session.Run("Get-KafkaTopic -Cluster twin").Failure("ClusterAmbiguous", ErrorCategory.InvalidArgument, "twin");
        Assert.Equal(2, _session.Run("Get-KafkaCluster twin -Namespace twin-*").Succeeded().Count);
    }

    [Fact]
    public void Removing_never_looks_around_for_something_to_remove()
    {
        _session.Run("New-KafkaCluster elsewhere -Namespace elsewhere -Replicas 1 -ZookeeperReplicas 1 -NoWait").Succeeded();

        _session.Run("Remove-KafkaCluster elsewhere -Confirm:$false").Failure("ClusterNotFound", ErrorCategory.ObjectNotFound, "elsewhere");
        _session.Run("Remove-KafkaCluster $null -WhatIf").Failure("NameEmpty", ErrorCategory.InvalidArgument, "Cluster");
        _session.Run("Remove-KafkaBroker -Namespace '' -WhatIf").Failure("NameEmpty", ErrorCategory.InvalidArgument, "Namespace");
        Assert.Single(_session.Run("Get-KafkaCluster elsewhere").Succeeded());
    }

    [Theory]
    [InlineData("New-KafkaZookeeper -Replicas 0", "InvalidReplicas", "kafka-zookeeper")]
    [InlineData("New-KafkaBroker -Replicas -3", "InvalidReplicas", "kafka")]
    [InlineData("New-KafkaCluster Not_A_Name", "InvalidClusterName", "Not_A_Name")]
    [InlineData("New-KafkaNamespace Not_A_Name", "InvalidNamespaceName", "Not_A_Name")]
    public void Bad_input_is_refused_and_nothing_changes(string command, string id, string target)
    {
        _session.Run(command).Failure(id, ErrorCategory.InvalidArgument, target);
        Assert.DoesNotContain(cluster.Objects(), item => item.StartsWith("default/", StringComparison.Ordinal) && item.Contains("kafka", StringComparison.Ordinal));
    }

    [Fact]
    public void Namespaces_are_found_made_and_removed()
    {
        _session.Run("New-KafkaNamespace gone-a, gone-b").Succeeded();

        Assert.Matches(@"gone-a\s+Active", _session.Run("Get-KafkaNamespace gone-* | Out-Default").Screen);
        _session.Run("Get-KafkaNamespace no-such-namespace").Failure("NamespaceNotFound", ErrorCategory.ObjectNotFound, "no-such-namespace");
        Assert.Empty(_session.Run("Get-KafkaNamespace no-such-*").Succeeded());
        _session.Run("Get-KafkaNamespace gone-a | Remove-KafkaNamespace -Confirm:$false; Remove-KafkaNamespace gone-b -Confirm:$false").Succeeded();
        Assert.Empty(_session.Run("Get-KafkaNamespace gone-*").Succeeded());
    }

    private List<string> Claims(string inNamespace) =>
    [
        .. cluster.Server.Store.List(Sandbox.Api.ResourceKind.PersistentVolumeClaims, inNamespace)
            .Select(claim => $"{claim["metadata"]!["name"]} {claim["metadata"]!["uid"]}"),
    ];

    public void Dispose() => _session.Dispose();
}
