namespace KafkaK8s.Sandbox.Pods.Simulated;

/// <summary>The main program of a container.</summary>
internal interface IMainProcess
{
    /// <summary>Runs until it ends by itself or by a signal. Being killed is an <see cref="OperationCanceledException"/>.</summary>
    Task<int> RunAsync(Signals signals);
}

/// <summary>The two signals that Kubernetes sends.</summary>
/// <param name="Terminate">SIGTERM.</param>
/// <param name="Kill">SIGKILL.</param>
internal sealed record Signals(CancellationToken Terminate, CancellationToken Kill)
{
    /// <summary>Exit code of a Java program that was terminated.</summary>
    public const int TerminatedExitCode = 143;

    /// <summary>Waits until the program is told to end.</summary>
    /// <exception cref="OperationCanceledException">It was killed.</exception>
    public async Task WaitForTerminationAsync()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var terminate = Terminate.Register(told.SetResult);
        await told.Task.WaitAsync(Kill);
    }
}
