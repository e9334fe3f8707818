namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>A pod whose programs serve, for as long as one caller works with a cluster.</summary>
internal sealed partial class ToolSession(IProgramRunner runner, ToolPod pod, Toolset tools, KafkaAccess access, IOperationObserver observer)
{
    // The tools give up by themselves after 30 (ZooKeeper) or 60 seconds (brokers), and say why. This is for those that don't.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>How to talk to the programs.</summary>
    public ToolDialect Dialect => tools.Dialect;

    /// <summary>Their release.</summary>
    public Version Version => tools.Version;

    /// <summary>The cluster and its addresses.</summary>
    public KafkaAccess Access => access;

    /// <summary>Hears of warnings.</summary>
    public IOperationObserver Observer => observer;

    /// <summary>The pod that serves, for messages.</summary>
    public ToolPod Pod => pod;

    /// <summary>Runs a command to its end and collects its answer.</summary>
    /// <param name="command">The command.</param>
    /// <param name="input">What the program reads, or null.</param>
    /// <param name="cancellation">Ends the call at once.</param>
    /// <param name="limit">How long it may take; a minute and a half when not given.</param>
    /// <exception cref="EngineException">It could not be run, or took too long.</exception>
    public Task<ToolAnswer> RunAsync(ToolCommand command, Stream? input, CancellationToken cancellation, TimeSpan? limit = null) =>
        RunAsync(command, Vector(command), input, limit ?? Limit, cancellation);

    /// <summary>Runs a command on the lines of its input, none of which it gets in part.</summary>
    /// <param name="command">The command.</param>
    /// <param name="input">The lines, and an empty one behind them.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellation">Ends the call at once; the command goes on with the lines that it has.</param>
    /// <exception cref="EngineException">It could not be run, or took too long.</exception>
    public Task<ToolAnswer> RunWithLinesAsync(ToolCommand command, Stream input, TimeSpan limit, CancellationToken cancellation) =>
        RunAsync(command, WholeLines.Before(Vector(command)), input, limit, cancellation);

    /// <summary>Runs a command whose last argument is a file.</summary>
    /// <param name="command">The command, without the file.</param>
    /// <param name="contents">What the file holds; its length is known.</param>
    /// <param name="cancellation">Ends the call at once.</param>
    /// <exception cref="EngineException">It could not be run, or took too long.</exception>
    public async Task<ToolAnswer> RunWithFileAsync(ToolCommand command, Stream contents, CancellationToken cancellation) =>
        InputFile.Require(command, await RunAsync(command, InputFile.Behind(Vector(command), contents.Length), contents, Limit, cancellation), pod.Name);

    private async Task<ToolAnswer> RunAsync(ToolCommand command, IReadOnlyList<string> vector, Stream? input, TimeSpan limit, CancellationToken cancellation)
    {
        var output = new TextCollector();
        var errors = new TextCollector();
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(limit);
        try
        {
            var exitCode = await RunVectorAsync(command, vector, input, output.AddAsync, errors.AddAsync, timer.Token);
            return new ToolAnswer(exitCode, output.Text, errors.Text);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw TookTooLong(command, limit);
        }
    }

    /// <summary>
    /// Runs a command that goes on until its input ends, and hands on what it writes as it comes. The program ends with its input,
    /// or with the connection, in the cluster, too.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="leash">How it ends, and what follows.</param>
    /// <param name="input">Ends the program when it ends.</param>
    /// <param name="output">Takes its output.</param>
    /// <param name="errors">Takes its errors.</param>
    /// <param name="cancellation">Ends the call at once, and the program soon after.</param>
    /// <returns>The exit code.</returns>
    public Task<int> FollowAsync(
        ToolCommand command,
        Leash leash,
        HeldInput input,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> output,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> errors,
        CancellationToken cancellation) =>
        RunVectorAsync(command, leash.Around(Vector(command), Vector), input, output, errors, cancellation);

    private IReadOnlyList<string> Vector(ToolCommand command) => ToolEnvironment.Run(tools.PathOf(command.Tool), command.Arguments);

    private async Task<int> RunVectorAsync(
        ToolCommand command,
        IReadOnlyList<string> vector,
        Stream? input,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> output,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> errors,
        CancellationToken cancellation)
    {
        try
        {
            return await runner.RunAsync(new ProgramCall(vector, input, output, errors), cancellation);
        }
        catch (ProgramNotFoundException e)
        {
            throw NoSuchTool(command, e);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.OutcomeUnknown && !command.IsChange)
        {
            throw new EngineException(
                "ConnectionLost",
                EngineErrorKind.Connection,
                e.Target,
                e.Message,
                "Nothing was to be changed; it can be tried again.",
                e);
        }
    }

    private EngineException TookTooLong(ToolCommand command, TimeSpan limit) => new(
        "KafkaToolTimeout",
        command.IsChange ? EngineErrorKind.OutcomeUnknown : EngineErrorKind.Timeout,
        access.Cluster.ToString(),
        $"{command.Tool} in pod {pod.Name} did not end within {limit.TotalSeconds:0} seconds."
            + (command.IsChange ? " Whether it did what it was to do is not known." : ""),
        "See whether the brokers and ZooKeeper are well.");

    private EngineException NoSuchTool(ToolCommand command, ProgramNotFoundException? inner = null) => new(
        "KafkaToolMissing",
        EngineErrorKind.NotSupported,
        command.Tool,
        $"The image {pod.Image} of pod {pod.Name} has no {command.Tool}.",
        "Use a client pod whose image has all of Kafka's programs.",
        inner);
}
