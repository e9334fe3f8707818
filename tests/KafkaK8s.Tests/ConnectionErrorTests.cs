using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

public sealed class ConnectionErrorTests : IDisposable
{
    private readonly ModuleSession _session = new();

    [Fact]
    public void An_unreachable_server_is_named_with_its_context_within_ten_seconds()
    {
        using var file = KubeConfigFile.WithTwoContexts();
        var start = TimeProvider.System.GetTimestamp();
        var error = _session.Run($"Get-KafkaCluster -KubeConfig {file.Path}").Failure();

        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
        Assert.Equal(ErrorCategory.ConnectionError, error.CategoryInfo.Category);
        Assert.Contains("https://127.0.0.1:1", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("staging", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret-token", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_malformed_kubeconfig_is_named_with_its_line()
    {
        using var file = new KubeConfigFile("contexts: 5");
        var error = _session.Run($"Get-KafkaCluster -KubeConfig {file.Path}").Failure("KubeConfigMalformed", ErrorCategory.InvalidData, file.Path);

        Assert.Contains("line 1", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_kubeconfig_or_context_ends_the_cmdlet()
    {
        using var file = KubeConfigFile.WithTwoContexts();

        _session.Run("try { Get-KafkaCluster -KubeConfig ./no-such-file } catch { throw }").Failure("KubeConfigNotFound", ErrorCategory.ObjectNotFound, Path.GetFullPath("no-such-file"));
        _session.Run($"try {{ Get-KafkaTopic -KubeConfig {file.Path} -Context nowhere }} catch {{ throw }}").Failure("ContextNotFound", ErrorCategory.ObjectNotFound, "nowhere");
    }

    [Fact]
    public void One_dead_context_of_the_pipeline_does_not_stop_the_others()
    {
        using var file = KubeConfigFile.WithTwoContexts();
        var errors = _session.Run($"Get-KafkaContext -KubeConfig {file.Path} | Get-KafkaNamespace").Errors;

        Assert.Equal(2, errors.Count);
    }

    [Fact]
    public void Tab_answers_nothing_in_time_where_nobody_answers()
    {
        using var file = KubeConfigFile.WithTwoContexts();
        var start = TimeProvider.System.GetTimestamp();

        Assert.Empty(_session.Complete($"Get-KafkaTopic -KubeConfig {file.Path} -Namespace x"));
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(4));
    }

    public void Dispose() => _session.Dispose();
}
