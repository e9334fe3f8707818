namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>What every Java program does before its own work: it takes the JMX port that its environment names.</summary>
internal static class JavaVirtualMachine
{
    public static Task<int> RunAsync(SimulatedProgram program, ProgramCall call, CancellationToken cancellation)
    {
        if (call.Environment.GetValueOrDefault("JMX_PORT") is { Length: > 0 } port && port == call.Pod.JmxPort)
        {
            call.Console.Output.WriteLine(
                $"Error: Exception thrown by the agent : java.rmi.server.ExportException: Port already in use: {port}; nested exception is: \n\tjava.net.BindException: Address already in use (Bind failed)");
            return Task.FromResult(1);
        }

        return program(call, cancellation);
    }
}
