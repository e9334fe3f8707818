using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods;

namespace KafkaK8s.Sandbox.Tests.Pods;

/// <summary>
/// Containers that do what a test says. Their main program runs until it is stopped, or, with the command <c>exit N</c>, ends at once.
/// The programs <c>true</c>, <c>false</c>, <c>cat</c>, <c>exit</c>, <c>print</c> and <c>wait</c> can be exec'd; <c>check</c>
/// succeeds as long as the pod is in <see cref="Healthy"/>.
/// </summary>
internal sealed class FakeRuntime : IContainerRuntime
{
    public const string Image = "fake/program:1";

    public ConcurrentDictionary<string, bool> Healthy { get; } = new();

    public ConcurrentBag<ContainerStart> Started { get; } = [];

    public bool HasImage(string image) => image.StartsWith("fake/", StringComparison.Ordinal);

    public Task<IContainer> StartAsync(ContainerStart start, CancellationToken cancellation)
    {
        var command = (start.Container["command"] as JsonArray ?? []).Select(word => word!.GetValue<string>()).ToList();
        if (command is ["missing", ..])
        {
            throw new ProgramNotFoundException("missing");
        }

        Started.Add(start);
        var container = new FakeContainer(this, start.HostName);
        start.Log($"{start.HostName} starts");
        if (command is ["exit", var code])
        {
            start.Log("giving up");
            container.End(int.Parse(code, System.Globalization.CultureInfo.InvariantCulture));
        }

        return Task.FromResult<IContainer>(container);
    }

    private sealed class FakeContainer(FakeRuntime runtime, string host) : IContainer
    {
        private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<int> Completion => _ended.Task;

        public void End(int exitCode) => _ended.TrySetResult(exitCode);

        public async Task<int> ExecAsync(ContainerExec exec, CancellationToken cancellation)
        {
            switch (exec.Arguments)
            {
                case ["true"]:
                    return 0;
                case ["false"]:
                    return 1;
                case ["check"]:
                    return runtime.Healthy.GetValueOrDefault(host, true) ? 0 : 1;
                case ["exit", var code]:
                    await exec.StandardOutput.WriteAsync("out\n"u8.ToArray(), cancellation);
                    await exec.StandardError.WriteAsync("err\n"u8.ToArray(), cancellation);
                    return int.Parse(code, System.Globalization.CultureInfo.InvariantCulture);
                case ["cat"]:
                    await exec.StandardInput!.CopyToAsync(exec.StandardOutput, cancellation);
                    return 0;
                case ["print", var count]:
                    await exec.StandardOutput.WriteAsync(Encoding.ASCII.GetBytes(new string('x', int.Parse(count, System.Globalization.CultureInfo.InvariantCulture))), cancellation);
                    return 0;
                case ["wait"]:
                    await Task.Delay(Timeout.Infinite, cancellation);
                    return 0;
                case ["sh", "-c", var script]:
                    return await RunShellAsync(script, exec, cancellation);
                case ["head", "-c", var count]:
                    var start = new byte[int.Parse(count, System.Globalization.CultureInfo.InvariantCulture)];
                    await exec.StandardInput!.ReadExactlyAsync(start, cancellation);
                    await exec.StandardOutput.WriteAsync(start, cancellation);
                    return 0;
                case ["echo", var word]:
                    await exec.StandardOutput.WriteAsync(Encoding.UTF8.GetBytes($"{word}\n"), cancellation);
                    return 0;
                default:
                    throw new ProgramNotFoundException(exec.Arguments[0]);
            }
        }

        private static async Task<int> RunShellAsync(string script, ContainerExec exec, CancellationToken cancellation)
        {
            var start = new System.Diagnostics.ProcessStartInfo("sh") { ArgumentList = { "-c", script }, RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = System.Diagnostics.Process.Start(start)!;
            await process.StandardOutput.BaseStream.CopyToAsync(exec.StandardOutput, cancellation);
            await process.StandardError.BaseStream.CopyToAsync(exec.StandardError, cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode;
        }

        public Task<Stream> ConnectAsync(int port, CancellationToken cancellation) =>
            port == 2181 ? Task.FromResult<Stream>(new AnsweringStream("imok")) : throw new IOException("Connection refused");

        public Task StopAsync(TimeSpan grace)
        {
            End(143);
            return Task.CompletedTask;
        }

        public void Kill() => End(137);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>Answers the first thing that is written to it, and ends.</summary>
    private sealed class AnsweringStream(string answer) : MemoryStream
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isAnswered;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _asked.Task.WaitAsync(cancellationToken);
            if (_isAnswered)
            {
                return 0;
            }

            _isAnswered = true;
            return Encoding.ASCII.GetBytes(answer, buffer.Span);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _asked.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
