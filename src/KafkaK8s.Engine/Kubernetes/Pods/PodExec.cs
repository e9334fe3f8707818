using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>What a program in a pod reads and writes.</summary>
/// <param name="StandardInput">What it can read, to the stream's end; null for no input.</param>
/// <param name="StandardOutput">Takes its output piece by piece, in order, never two at once. The memory is valid during the call only; the program waits while the call lasts.</param>
/// <param name="StandardError">Takes its errors, in the same way.</param>
public sealed record ExecStreams(
    Stream? StandardInput,
    Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> StandardOutput,
    Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> StandardError)
{
    /// <summary>Whether the program needs no end of its input but that of the connection: every protocol can do that.</summary>
    public bool InputEndsWithConnection { get; init; }
}

/// <summary>What became of a program whose output was collected.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="StandardOutput">Its output.</param>
/// <param name="StandardError">Its errors.</param>
public sealed record ExecResult(int ExitCode, string StandardOutput, string StandardError);

/// <summary>A line that a program wrote.</summary>
/// <param name="IsError">Whether it wrote it to its standard error.</param>
/// <param name="Text">The line, without its end.</param>
public sealed record ExecLine(bool IsError, string Text);

/// <summary>
/// Runs programs in pods, over the v5 and v4 WebSocket protocols: argument vectors, never a shell string made from input. An exit
/// code is only ever one that the server has reported, with all output before it; a connection that breaks is an error of its own.
/// </summary>
public static class PodExec
{
    private const string V5 = "v5.channel.k8s.io";
    private const string V4 = "v4.channel.k8s.io";
    private const byte InputChannel = 0;
    private const byte OutputChannel = 1;
    private const byte ErrorChannel = 2;
    private const byte StatusChannel = 3;
    private const byte CloseChannel = 255;
    private const int InputPiece = 16 * 1024;
    private const int LargestStatus = 1024 * 1024;
    private const int LargestCapture = 256 * 1024 * 1024;

    /// <summary>
    /// Ends a program's input where the protocol can't: v4 has no way to close it. Constant; the length and the arguments are
    /// positional parameters.
    /// </summary>
    private const string EndInputAfter = "head -c \"$0\" | \"$@\"";

    /// <summary>How long the server may take to close the connection once it has told the exit code.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="target">Where.</param>
    /// <param name="arguments">The argument vector, program first.</param>
    /// <param name="streams">What it reads and writes.</param>
    /// <param name="cancellation">Ends the call at once and drops the connection; the program may run on.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="EngineException">
    /// Nothing has run: <c>ProgramNotFound</c>, <c>ContainerNotRunning</c>, <c>ContainerNotFound</c>, <c>ResourceNotFound</c> (the pod), <c>PermissionDenied</c>,
    /// <c>InputNotSupported</c> (input of unknown length, and a cluster before 1.29), <c>ServerUnreachable</c>. It may have run: <c>OutcomeUnknown</c>.
    /// </exception>
    public static async Task<int> RunAsync(
        KubernetesConnection connection, PodTarget target, IReadOnlyList<string> arguments, ExecStreams streams, CancellationToken cancellation)
    {
        Require(arguments, target);
        if (streams.StandardInput is null || streams.InputEndsWithConnection)
        {
            return await RunAsync(connection, Call(target, arguments, arguments[0], withInput: streams.StandardInput is not null), connection.Access.LacksExecV5 ? [V4] : [V5, V4], streams, arguments[0], cancellation);
        }

        if (!connection.Access.LacksExecV5)
        {
            try
            {
                return await RunAsync(connection, Call(target, arguments, arguments[0], withInput: true), [V5], streams, arguments[0], cancellation);
            }
            catch (EngineException exception) when (exception.Id == "ProtocolNotSupported")
            {
                connection.Access.LacksExecV5 = true;
            }
        }

        return await RunAsync(
            connection,
            Call(target, ["sh", "-c", EndInputAfter, Length(streams.StandardInput, target), .. arguments], arguments[0], withInput: true),
            [V4],
            streams,
            arguments[0],
            cancellation);
    }

    /// <summary>Runs a program to its end and collects what it writes, as UTF-8.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="target">Where.</param>
    /// <param name="arguments">The argument vector, program first.</param>
    /// <param name="standardInput">What it can read, to the stream's end; null for no input.</param>
    /// <param name="cancellation">Ends the call at once and drops the connection; the program may run on.</param>
    /// <exception cref="EngineException">As for <see cref="RunAsync(KubernetesConnection, PodTarget, IReadOnlyList{string}, ExecStreams, CancellationToken)"/>;
    /// <c>OutputTooLarge</c> above 256 MiB.</exception>
    public static async Task<ExecResult> CaptureAsync(
        KubernetesConnection connection, PodTarget target, IReadOnlyList<string> arguments, Stream? standardInput, CancellationToken cancellation)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        ValueTask Collect(MemoryStream into, ReadOnlyMemory<byte> bytes)
        {
            if (output.Length + error.Length + bytes.Length > LargestCapture)
            {
                throw new EngineException("OutputTooLarge", EngineErrorKind.InvalidData, target.ToString(), $"{arguments[0]} in {target} wrote more than 256 MiB.");
            }

            into.Write(bytes.Span);
            return ValueTask.CompletedTask;
        }

        var exitCode = await RunAsync(
            connection, target, arguments, new ExecStreams(standardInput, (bytes, _) => Collect(output, bytes), (bytes, _) => Collect(error, bytes)), cancellation);
        return new ExecResult(exitCode, Text(output), Text(error));
    }

    /// <summary>Runs a program to its end and hands on what it writes line by line, as UTF-8.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="target">Where.</param>
    /// <param name="arguments">The argument vector, program first.</param>
    /// <param name="standardInput">What it can read, to the stream's end; null for no input.</param>
    /// <param name="line">Takes a line; the program waits while the call lasts.</param>
    /// <param name="cancellation">Ends the call at once and drops the connection; the program may run on.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="EngineException">As for <see cref="RunAsync(KubernetesConnection, PodTarget, IReadOnlyList{string}, ExecStreams, CancellationToken)"/>.</exception>
    public static async Task<int> RunLinesAsync(
        KubernetesConnection connection,
        PodTarget target,
        IReadOnlyList<string> arguments,
        Stream? standardInput,
        Func<ExecLine, CancellationToken, ValueTask> line,
        CancellationToken cancellation)
    {
        var output = new LineSplitter((text, token) => line(new ExecLine(false, text), token));
        var error = new LineSplitter((text, token) => line(new ExecLine(true, text), token));
        var exitCode = await RunAsync(connection, target, arguments, new ExecStreams(standardInput, output.AddAsync, error.AddAsync), cancellation);
        await output.EndAsync(cancellation);
        await error.EndAsync(cancellation);
        return exitCode;
    }

    private static async Task<int> RunAsync(
        KubernetesConnection connection, ApiCall call, string[] protocols, ExecStreams streams, string program, CancellationToken cancellation)
    {
        using var socket = await PodSocket.OpenAsync(connection, call, protocols, cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var input = streams.StandardInput is { } source ? SendInputAsync(socket, source, stop.Token) : Task.CompletedTask;
        var output = ReceiveAsync(socket, streams, call, stop.Token);
        try
        {
            if (await Task.WhenAny(input, output) == input)
            {
                await input;
            }

            return ExitCode(await output, call, program);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(input, output).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task SendInputAsync(PodSocket socket, Stream source, CancellationToken cancellation)
    {
        var piece = new byte[InputPiece];
        int count;
        while ((count = await source.ReadAsync(piece, cancellation)) > 0)
        {
            if (!await TrySendAsync(socket, InputChannel, piece.AsMemory(0, count), cancellation))
            {
                return;
            }
        }

        if (socket.Protocol == V5)
        {
            await TrySendAsync(socket, CloseChannel, new[] { InputChannel }, cancellation);
        }
    }

    /// <summary>A program may end before it has read all; whether that was well or not is for the receiving side to tell.</summary>
    private static async Task<bool> TrySendAsync(PodSocket socket, byte channel, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await socket.SendAsync(channel, bytes, cancellation);
            return true;
        }
        catch (EngineException)
        {
            return false;
        }
    }

    /// <summary>Hands on output until the server closes the connection, and returns the status it told before.</summary>
    private static async Task<JsonObject> ReceiveAsync(PodSocket socket, ExecStreams streams, ApiCall call, CancellationToken cancellation)
    {
        using var status = new MemoryStream();
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            while (await socket.ReceiveAsync(closing.Token) is { } frame)
            {
                switch (frame.Channel)
                {
                    case OutputChannel:
                        await streams.StandardOutput(frame.Bytes, cancellation);
                        break;
                    case ErrorChannel:
                        await streams.StandardError(frame.Bytes, cancellation);
                        break;
                    case StatusChannel when status.Length + frame.Bytes.Length <= LargestStatus:
                        status.Write(frame.Bytes.Span);
                        closing.CancelAfter(CloseTimeout);
                        break;
                    default:
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Unknown(call, "the server told how it ended, but did not end the connection, so output may be missing");
        }

        try
        {
            return JsonNode.Parse(status.GetBuffer().AsSpan(0, (int)status.Length))!.AsObject();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw Unknown(call, "the connection ended without word of how the program ended");
        }
    }

    private static int ExitCode(JsonObject status, ApiCall call, string program)
    {
        if ((string?)status["status"] == "Success")
        {
            return 0;
        }

        var words = (string?)status["message"] ?? "no reason given";
        var exitCode = status["details"]?["causes"]?.AsArray().FirstOrDefault(cause => (string?)cause?["reason"] == "ExitCode")?["message"];
        if ((string?)status["reason"] == "NonZeroExitCode" && int.TryParse((string?)exitCode, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code))
        {
            return code;
        }

        // As runc and crun word it; they put the failing program in quotes before.
        if (words.Contains("executable file not found", StringComparison.Ordinal)
            || words.Contains("executable file `", StringComparison.Ordinal)
            || words.Contains("no such file or directory", StringComparison.Ordinal))
        {
            throw new EngineException(
                "ProgramNotFound", EngineErrorKind.NotFound, program, $"There is no program {program} in {call.Target}.", "Another image, or another container of the pod, may have it.");
        }

        throw StatusErrors.IsNotRunning(words)
            ? new EngineException("ContainerNotRunning", EngineErrorKind.Unavailable, call.Target, $"Can't {call.Description}: {words}.", "Wait until the pod runs.")
            : new EngineException("ExecFailed", EngineErrorKind.Unavailable, call.Target, $"Can't {call.Description}: {words}.");
    }

    private static ApiCall Call(PodTarget target, IReadOnlyList<string> arguments, string program, bool withInput)
    {
        var call = target.Call("exec", $"run {program} in {target}");
        return call with
        {
            RunsProgram = true,
            Query =
            [
                .. arguments.Select(argument => KeyValuePair.Create("command", argument)),
                .. call.Query,
                .. withInput ? [KeyValuePair.Create("stdin", "1")] : Array.Empty<KeyValuePair<string, string>>(),
                new("stdout", "1"),
                new("stderr", "1"),
            ],
        };
    }

    private static void Require(IReadOnlyList<string> arguments, PodTarget target)
    {
        if (arguments.Count == 0 || arguments[0].Length == 0 || arguments.Any(argument => argument.Contains('\0', StringComparison.Ordinal)))
        {
            throw new EngineException(
                "InvalidCommand", EngineErrorKind.InvalidArgument, target.ToString(), "A command needs a program, and no argument can hold the character NUL.");
        }
    }

    private static string Length(Stream input, PodTarget target) => input.CanSeek
        ? (input.Length - input.Position).ToString(CultureInfo.InvariantCulture)
        : throw new EngineException(
            "InputNotSupported",
            EngineErrorKind.NotSupported,
            target.ToString(),
            $"This cluster can't end a program's input (it lacks {V5}), and how much input there is for {target} is not known beforehand.",
            "Kubernetes 1.29 and later can.");

    private static EngineException Unknown(ApiCall call, string what) => new(
        "OutcomeUnknown",
        EngineErrorKind.OutcomeUnknown,
        call.Target,
        $"While trying to {call.Description}, {what}. Whether it did all it was to do is not known.",
        "Look at what it was to change, then try again.");

    private static string Text(MemoryStream bytes) => Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
}
