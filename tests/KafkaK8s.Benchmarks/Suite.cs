using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using KafkaK8s.Engine;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Quickstart;
using KafkaK8s.Quickstart.Terminal;

namespace KafkaK8s.Benchmarks;

/// <summary>All measurements, one after the other, on sandboxes in processes of their own.</summary>
internal static class Suite
{
    private const string Namespace = "the-project";
    private const int Topics = 1000;

    // Slow enough that the API's own milliseconds count little among the seconds of its clock.
    private const int StandUpSpeed = 10;
    private const int PreparationSpeed = 100;

    private static readonly string[] ShortProgram = ["kafka-topics", "--version"];

    /// <summary>Runs them.</summary>
    /// <param name="parts">The built module and sandbox.</param>
    /// <param name="tell">Hears what is being measured now.</param>
    /// <param name="cancellation">Ends it, with the sandboxes.</param>
    public static async IAsyncEnumerable<Figure> RunAsync(BuiltParts parts, Action<string> tell, [EnumeratorCancellation] CancellationToken cancellation)
    {
        tell("standing up the article's cluster and the standard one ...");
        var article = await TimeToReadyAsync(parts, "Article", cancellation);
        var standard = await TimeToReadyAsync(parts, "Standard", cancellation);
        yield return new Figure(
            "time to ready, standard against Article",
            $"1 : {(article / standard).ToString("0.0", CultureInfo.InvariantCulture)}",
            $"{standard.TotalSeconds:0} s against {article.TotalSeconds:0} s, from the namespace's creation to the last pod's readiness on the cluster's clock; 1 run of each",
            "at most 1 : 6",
            standard * 6 <= article);

        await using var sandbox = await SandboxProcess.StartAsync(parts.Sandbox, kafka: null, PreparationSpeed, cancellation);
        foreach (var figure in await SessionsAsync(parts, sandbox, tell, cancellation))
        {
            yield return figure;
        }

        using var shell = Open(parts, sandbox);
        shell.RunQuietly($"New-KafkaCluster -Namespace {Namespace}; Set-KafkaContext -Namespace {Namespace}");
        tell("running a program in a pod ...");
        yield return await ExecAsync(sandbox, cancellation);

        tell($"creating and reading {Topics} topics ...");
        shell.RunQuietly($"New-KafkaTopic (1..{Topics} | ForEach-Object {{ 'topic-{{0:0000}}' -f $_ }}) -Partitions 1 -ReplicationFactor 3");
        yield return await TopicsAsync(shell, sandbox, cancellation);

        tell("writing manifests ...");
        yield return Export(shell);
    }

    private static HostedShell Open(BuiltParts parts, SandboxProcess sandbox) => HostedShell.Open(
        parts.Manifest,
        sandbox.KubeConfig,
        new TerminalUserInterface(new TerminalStreams(TextWriter.Null, TextWriter.Null, Input: null, OutputIsTerminal: false, ErrorIsTerminal: false, Width: 160)));

    private static async Task<TimeSpan> TimeToReadyAsync(BuiltParts parts, string preset, CancellationToken cancellation)
    {
        await using var sandbox = await SandboxProcess.StartAsync(parts.Sandbox, kafka: null, StandUpSpeed, cancellation);
        using var shell = Open(parts, sandbox);
        shell.RunQuietly($"New-KafkaNamespace {Namespace} | New-KafkaCluster -Preset {preset}");
        using var connection = await KubernetesConnection.OpenAsync(new ConnectionOptions(sandbox.KubeConfig, null, Namespace), NoObserver.Instance, cancellation);
        var space = await connection.Resources.FindAsync(new ResourceReference("v1", "Namespace", null, Namespace), cancellation);
        var pods = await connection.Resources.ListAsync(new ResourceQuery("v1", "Pod", Namespace), cancellation);
        return pods.Max(ReadyAt) - Time(space!["metadata"]!["creationTimestamp"]);
    }

    private static DateTimeOffset ReadyAt(JsonObject pod) =>
        Time(pod["status"]!["conditions"]!.AsArray().Single(condition => (string?)condition!["type"] == "Ready")!["lastTransitionTime"]);

    private static DateTimeOffset Time(JsonNode? timestamp) => DateTimeOffset.Parse((string)timestamp!, CultureInfo.InvariantCulture);

    private static async Task<IReadOnlyList<Figure>> SessionsAsync(BuiltParts parts, SandboxProcess sandbox, Action<string> tell, CancellationToken cancellation)
    {
        const int Runs = 9;
        tell("importing in fresh sessions ...");
        var sessions = new List<FreshSession>();
        for (var run = 0; run < Runs; run++)
        {
            sessions.Add(await FreshSession.StartAsync(parts.Manifest, sandbox.KubeConfig, cancellation));
        }

        var basis = $"median of {Runs} fresh PowerShell processes";
        return
        [
            Figure.Of("import of the module", Figure.Median(sessions.Select(session => session.Import)), basis, TimeSpan.FromMilliseconds(150)),
            new Figure("engine loaded by the import", sessions.Any(session => session.EngineLoadedByImport) ? "yes" : "no", $"{Runs} fresh processes", "no", !sessions.Any(session => session.EngineLoadedByImport)),
            Figure.Of("first call of a session", Figure.Median(sessions.Select(session => session.FirstCall)), basis + ", Get-KafkaNamespace"),
            Figure.Of("second call of a session", Figure.Median(sessions.Select(session => session.SecondCall)), basis + ", the same"),
        ];
    }

    private static async Task<Figure> ExecAsync(SandboxProcess sandbox, CancellationToken cancellation)
    {
        const int Runs = 50;
        const string Pod = "kafka-0";
        using var connection = await KubernetesConnection.OpenAsync(new ConnectionOptions(sandbox.KubeConfig, null, Namespace), NoObserver.Instance, cancellation);
        using var bare = new BareExec(sandbox.KubeConfig);
        var (ours, theirs) = await AlternateAsync(
            Runs,
            () => PodExec.CaptureAsync(connection, new PodTarget(Namespace, Pod), ShortProgram, null, cancellation),
            () => bare.RunAsync(Namespace, Pod, ShortProgram, cancellation));
        return Figure.Ratio("exec through the engine against a bare WebSocket", ours, theirs, $"medians of {Runs}, taken in turn, {string.Join(' ', ShortProgram)}");
    }

    private static async Task<Figure> TopicsAsync(HostedShell shell, SandboxProcess sandbox, CancellationToken cancellation)
    {
        const int Runs = 9;
        using var bare = new BareExec(sandbox.KubeConfig);
        string[] describe = ["kafka-topics", "--bootstrap-server", "kafka:9092", "--describe"];
        if (shell.RunQuietly("Get-KafkaTopic").Count is var count and not Topics)
        {
            throw new InvalidOperationException($"There are {count} topics instead of {Topics}.");
        }

        var (ours, theirs) = await AlternateAsync(
            Runs,
            () => Task.FromResult(shell.RunQuietly("Get-KafkaTopic")),
            () => bare.RunAsync(Namespace, "kafka-0", describe, cancellation));
        return Figure.Ratio($"Get-KafkaTopic of {Topics} topics against a bare exec of kafka-topics", ours, theirs, $"medians of {Runs}, taken in turn");
    }

    private static Figure Export(HostedShell shell)
    {
        const int Runs = 20;
        var folder = Directory.CreateTempSubdirectory("kafkak8s-benchmarks-").FullName;
        try
        {
            var times = new List<TimeSpan>();
            for (var run = 0; run <= Runs; run++)
            {
                times.Add(Time(() => shell.RunQuietly("param($folder) Export-KafkaManifest -Path $folder", Path.Combine(folder, $"{run}"))));
            }

            return Figure.Of("Export-KafkaManifest", Figure.Median(times.Skip(1)), $"median of {Runs}, after one more, {Directory.GetFiles(Path.Combine(folder, "0")).Length} files");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TimeSpan Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start);
    }

    // In turn, so that whatever else the machine does meets both; the first of each only warms up.
    private static async Task<(TimeSpan First, TimeSpan Second)> AlternateAsync<TFirst, TSecond>(int runs, Func<Task<TFirst>> first, Func<Task<TSecond>> second)
    {
        var (firsts, seconds) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var run = 0; run <= runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            await first();
            var middle = Stopwatch.GetTimestamp();
            await second();
            firsts.Add(Stopwatch.GetElapsedTime(start, middle));
            seconds.Add(Stopwatch.GetElapsedTime(middle));
        }

        return (Figure.Median(firsts.Skip(1)), Figure.Median(seconds.Skip(1)));
    }

    private sealed class NoObserver : IOperationObserver
    {
        public static NoObserver Instance { get; } = new();

        public void RemoteCall(string description, TimeSpan duration)
        {
        }

        public void Progress(OperationProgress progress)
        {
        }

        public void Warning(string message)
        {
        }
    }
}
