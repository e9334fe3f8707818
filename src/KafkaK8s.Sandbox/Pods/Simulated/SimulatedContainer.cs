using System.Net.Sockets;
using KafkaK8s.Sandbox.Pods.Simulated.Programs;

namespace KafkaK8s.Sandbox.Pods.Simulated;

/// <summary>A running simulated container.</summary>
internal sealed class SimulatedContainer : IContainer
{
    private const int KilledExitCode = 137;

    private readonly SimulatedPod _pod;
    private readonly IMainProcess _process;
    private readonly CancellationTokenSource _terminated = new();
    private readonly CancellationTokenSource _killed = new();

    public SimulatedContainer(SimulatedPod pod, IMainProcess process)
    {
        _pod = pod;
        _process = process;
        Completion = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public Task<int> Completion { get; }

    /// <inheritdoc/>
    public async Task<int> ExecAsync(ContainerExec exec, CancellationToken cancellation)
    {
        if (Completion.IsCompleted)
        {
            throw new InvalidOperationException("the container isn't running");
        }

        var program = ProgramCatalog.Find(_pod.Image, exec.Arguments);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _killed.Token);
        await using var console = new ProgramConsole(exec, _pod.Clock);
        try
        {
            return await program(new ProgramCall(_pod, [.. exec.Arguments.Skip(1)], _pod.Environment, console), stopping.Token);
        }
        catch (OperationCanceledException) when (_killed.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // Killing a container kills all that runs in it.
            return KilledExitCode;
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> ConnectAsync(int port, CancellationToken cancellation)
    {
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(_pod.Address, port, cancellation);
            return client.GetStream();
        }
        catch (SocketException exception)
        {
            client.Dispose();
            throw new IOException($"dial tcp {_pod.Address}:{port}: connect: connection refused", exception);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(TimeSpan grace)
    {
        if (Completion.IsCompleted)
        {
            return;
        }

        await _terminated.CancelAsync();
        using var ended = new CancellationTokenSource();
        var patience = _pod.Clock.DelayAsync(grace, ended.Token);
        await Task.WhenAny(Completion, patience);
        await ended.CancelAsync();
        Kill();
        await Completion;
    }

    /// <inheritdoc/>
    public void Kill() => _killed.Cancel();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await Completion;
    }

    private async Task<int> RunAsync()
    {
        int exitCode;
        try
        {
            exitCode = await _process.RunAsync(new Signals(_terminated.Token, _killed.Token));
        }
        catch (OperationCanceledException) when (_killed.IsCancellationRequested)
        {
            exitCode = KilledExitCode;
        }

        // With the main program everything else in the container ends.
        await _killed.CancelAsync();
        return exitCode;
    }
}
