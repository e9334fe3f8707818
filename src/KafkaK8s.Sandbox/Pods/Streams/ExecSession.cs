using System.Globalization;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Pods.Streams;

/// <summary>Runs one program in a container for a client at the other end of a WebSocket.</summary>
internal sealed class ExecSession(ChannelSocket socket, IContainer container, ExecStreams wants)
{
    private const byte Input = 0;
    private const byte Output = 1;
    private const byte Errors = 2;
    private const byte Status = 3;

    /// <summary>Runs the program, and tells the client how it ended. Ends without a word when the connection breaks.</summary>
    public async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var input = new Pipe(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024));
        var receiving = ReceiveAsync(input.Writer, running);
        try
        {
            await socket.SendAsync(wants.Output ? Output : wants.Errors ? Errors : Status, default, running.Token);
            var status = await ExecuteAsync(arguments, input.Reader.AsStream(), running.Token);
            if (socket.Protocol is ChannelSocket.V4 or ChannelSocket.V5)
            {
                await socket.SendAsync(Status, Encoding.UTF8.GetBytes(Escaped(status.ToText())), running.Token);
            }

            // What the client still sends for the program is thrown away, and holds up nothing.
            await input.Reader.CompleteAsync();
            await socket.CloseAsync(receiving, cancellation);
        }
        catch (Exception broken) when (broken is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // The client has gone, or the connection was cut: nobody is there to be told.
        }
        finally
        {
            await running.CancelAsync();
            await receiving;
        }
    }

    private async Task<JsonObject> ExecuteAsync(IReadOnlyList<string> arguments, Stream input, CancellationToken cancellation)
    {
        if (arguments.Count == 0)
        {
            return Failed(OciMessages.NothingToExec());
        }

        await using var output = wants.Output ? new ChannelStream(socket, Output, wants.Terminal, cancellation) : Stream.Null;
        await using var errors = wants.Terminal ? output : wants.Errors ? new ChannelStream(socket, Errors, isTerminal: false, cancellation) : Stream.Null;
        try
        {
            var exec = new ContainerExec(arguments, wants.Input ? input : null, output, errors);
            var exitCode = await container.ExecAsync(exec, cancellation);
            return exitCode == 0 ? new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Success" } : Ended(exitCode, arguments);
        }
        catch (ProgramNotFoundException missing)
        {
            return Failed(OciMessages.ExecFailed(missing.Message));
        }
    }

    /// <summary>Feeds the program's input, and ends the program when the client goes.</summary>
    private async Task ReceiveAsync(PipeWriter input, CancellationTokenSource running)
    {
        var isOpen = true;
        try
        {
            await socket.ReceiveAsync(
                async (channel, data, token) =>
                {
                    // A program that reads no more makes the rest of its input vanish, as a closed pipe does.
                    if (channel == Input && isOpen && wants.Input)
                    {
                        isOpen = !(await input.WriteAsync(data, token)).IsCompleted;
                    }
                },
                channel =>
                {
                    if (channel == Input)
                    {
                        isOpen = false;
                        input.Complete();
                    }
                },
                running.Token);
        }
        catch (Exception broken) when (broken is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // It ends below.
        }

        await input.CompleteAsync();
        await running.CancelAsync();
    }

    private JsonObject Ended(int exitCode, IReadOnlyList<string> arguments) => new()
    {
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = socket.Protocol == ChannelSocket.V5
            ? $"command terminated with non-zero exit code: command terminated with exit code {exitCode}"
            : $"command terminated with non-zero exit code: error executing command [{string.Join(' ', arguments)}], exit code {exitCode}",
        ["reason"] = "NonZeroExitCode",
        ["details"] = new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = exitCode.ToString(CultureInfo.InvariantCulture) }),
        },
    };

    // As Go writes JSON. These occur in texts only.
    private static string Escaped(string json) => json
        .Replace("<", "\\u003c", StringComparison.Ordinal)
        .Replace(">", "\\u003e", StringComparison.Ordinal)
        .Replace("&", "\\u0026", StringComparison.Ordinal);

    private JsonObject Failed(string why)
    {
        var cause = $"error executing command in container: failed to exec in container: {why}";
        if (socket.Protocol == ChannelSocket.V5)
        {
            // The newer protocol passes through one more server, which puts its own words in front.
            cause = $"Internal error occurred: {cause}";
        }

        return new JsonObject
        {
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = $"Internal error occurred: {cause}",
            ["reason"] = "InternalError",
            ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = cause }) },
            ["code"] = 500,
        };
    }
}

/// <summary>The streams that an exec asks for.</summary>
internal readonly record struct ExecStreams(bool Input, bool Output, bool Errors, bool Terminal)
{
    /// <summary>Whether it asks for any.</summary>
    public bool Any => Input || Output || Errors;
}
