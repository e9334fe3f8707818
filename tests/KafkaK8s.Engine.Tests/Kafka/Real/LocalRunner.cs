using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using KafkaK8s.Engine.Kafka.Tools;

namespace KafkaK8s.Engine.Tests.Kafka.Real;

/// <summary>
/// Runs programs on this machine the way a container runtime does: when the caller goes away, the program's input is closed, and
/// nothing else happens to it.
/// </summary>
internal sealed class LocalRunner(KafkaDistribution distribution) : IProgramRunner
{
    private readonly ConcurrentQueue<Process> _processes = new();

    /// <summary>What was run, the last one last.</summary>
    public IReadOnlyCollection<Process> Processes => _processes;

    public async Task<int> RunAsync(ProgramCall program, CancellationToken cancellation)
    {
        var process = Start(program);
        _processes.Enqueue(process);
        try
        {
            var input = FeedAsync(process, program.StandardInput, cancellation);
            await Task.WhenAll(
                PumpAsync(process.StandardOutput.BaseStream, program.StandardOutput, cancellation),
                PumpAsync(process.StandardError.BaseStream, program.StandardError, cancellation));
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode;
        }
        finally
        {
            Close(process);
        }
    }

    private static void Close(Process process)
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // What feeds it closes it at the same moment.
        }
    }

    private Process Start(ProgramCall program)
    {
        try
        {
            return Process.Start(distribution.Start(program.Arguments[0], program.Arguments.Skip(1)))!;
        }
        catch (Win32Exception)
        {
            throw new ProgramNotFoundException(program.Arguments[0]);
        }
    }

    private static async Task FeedAsync(Process process, Stream? input, CancellationToken cancellation)
    {
        try
        {
            if (input is not null)
            {
                await input.CopyToAsync(process.StandardInput.BaseStream, cancellation);
            }

            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // A program need not read all that there is.
        }
    }

    private static async Task PumpAsync(Stream source, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> target, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        int count;
        while ((count = await source.ReadAsync(buffer, cancellation)) > 0)
        {
            await target(buffer.AsMemory(0, count), cancellation);
        }
    }
}
