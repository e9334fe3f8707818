using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

/// <summary>Programs and logs of pods.</summary>
public sealed class PodTests(ReadyCluster cluster) : IDisposable
{
    private readonly ModuleSession _session = cluster.Session();

    [Fact]
    public void A_programs_output_comes_line_by_line()
    {
        var listed = _session.Run("Invoke-KafkaCommand kafka-topics --bootstrap-server kafka:9092 --version").Succeeded();

        Assert.Equal("7.9.2-ccs", Assert.Single(listed).ToString());
    }

    [Fact]
    public void Arguments_reach_the_program_as_they_are()
        => Assert.Equal("a  b $HOME * 'c'", (string)_session.Run("Invoke-KafkaCommand echo 'a  b' '$HOME' '*' \"'c'\"").One().ToString());

    [Fact]
    public void The_exit_code_is_kept_and_anything_but_0_is_an_error()
    {
        var failed = _session.Run("Invoke-KafkaCommand false; $LASTEXITCODE; Invoke-KafkaCommand true; $LASTEXITCODE");

        var error = failed.Failure("CommandFailed", ErrorCategory.InvalidResult, "false");
        Assert.Equal(1, (int)((dynamic)error.Exception).ExitCode);
        Assert.Equal(["1", "0"], failed.Output.Select(code => code.ToString()));
    }

    [Fact]
    public void A_program_that_is_not_there_is_an_error()
        => Assert.Equal(ErrorCategory.ObjectNotFound, _session.Run("Invoke-KafkaCommand no-such-program").Failure().CategoryInfo.Category);

    [Fact]
    public void Each_broker_of_the_pipeline_runs_it()
        => Assert.Equal(
            ["kafka-0", "kafka-1", "kafka-2"],
            _session.Run("Get-KafkaBroker | Invoke-KafkaCommand printenv HOSTNAME").Succeeded().Select(line => line.ToString()));

    [Fact]
    public async Task A_pod_that_dies_in_the_middle_is_never_success()
    {
        using var running = _session.Start("Invoke-KafkaCommand -Pod kafka-2 -- tail -f /dev/null");
        await Until(() => cluster.Server.PodFaults.OpenSessions("the-project", "kafka-2") > 0);
        cluster.Server.PodFaults.CutSessions("the-project", "kafka-2");

        running.End().Failure("OutcomeUnknown", ErrorCategory.InvalidResult, "the-project/kafka-2");
    }

    [Fact]
    public void Log_lines_know_their_pod_and_time()
    {
        var lines = _session.Run("Get-KafkaLog kafka-0 -Tail 3").Succeeded();

        Assert.Equal(3, lines.Count);
        Assert.All(lines, line => Assert.Equal("kafka-0", line.Properties["Pod"].Value));
        Assert.All(lines, line => Assert.IsType<DateTimeOffset>(line.Properties["Timestamp"].Value));
    }

    [Fact]
    public void The_logs_of_several_pods_and_of_objects()
    {
        Assert.Equal(
            ["kafka-zookeeper-0", "kafka-zookeeper-1", "kafka-zookeeper-2"],
            _session.Run("Get-KafkaLog kafka-zookeeper-* -Tail 1").Succeeded().Select(line => line.Properties["Pod"].Value));
        Assert.Equal("kafka-1", (string)_session.Run("Get-KafkaBroker kafka-1 | Get-KafkaLog -Tail 1").One().Pod);
        _session.Run("Get-KafkaLog kafka-9").Failure("PodNotFound", ErrorCategory.ObjectNotFound, "kafka-9");
    }

    [Fact]
    public void A_log_line_shows_its_pod()
        => Assert.Contains("[kafka-0] ", _session.Run("Get-KafkaLog kafka-0 -Tail 1 | Out-Default").Screen, StringComparison.Ordinal);

    [Fact]
    public void Members_are_tables_as_kubectl_has_them()
    {
        Assert.Matches(@"NAME\s+ID\s+READY\s+STATUS\s+RESTARTS\s+AGE", Shown("Get-KafkaBroker"));
        Assert.Matches(@"kafka-zookeeper-0\s+1\s+1/1\s+Running\s+(leader|follower)\s+3\s+0", Shown("Get-KafkaZookeeper"));
        Assert.Matches(@"kafka-test-client\s+1/1\s+Running", Shown("Get-KafkaClient"));
        Assert.Matches(@"NAME\s+NAMESPACE\s+STATE\s+ZOOKEEPER\s+BROKERS\s+CLIENT\s+AGE", Shown("Get-KafkaCluster"));
        Assert.Matches(@"BootstrapAddress\s+: kafka", Shown("Get-KafkaCluster | Format-List"));
    }

    [Fact]
    public void A_missing_member_is_an_error_and_a_wildcard_is_silence()
    {
        _session.Run("Get-KafkaBroker kafka-9").Failure("MemberNotFound", ErrorCategory.ObjectNotFound, "kafka-9");
        Assert.Empty(_session.Run("Get-KafkaZookeeper nobody-*").Succeeded());
    }

    private string Shown(string command)
    {
        var transcript = _session.Run($"{command} | Out-Default");
        transcript.Succeeded();
        return transcript.Screen;
    }

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    public void Dispose() => _session.Dispose();
}
