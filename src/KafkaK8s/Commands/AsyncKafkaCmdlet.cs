using System.Management.Automation;
using KafkaK8s.Diagnostics;

namespace KafkaK8s.Commands;

/// <summary>
/// A cmdlet whose work is asynchronous. The work runs on the thread pool and reaches PowerShell only through its
/// <see cref="CommandPipeline"/>, which the pipeline's thread drains. Whatever ends the cmdlet early — Ctrl+C, a command downstream that
/// wants no more, an error under <c>-ErrorAction Stop</c> — cancels the work and waits for it, so nothing runs on behind the prompt.
/// </summary>
public abstract class AsyncKafkaCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <inheritdoc/>
    protected override void ProcessRecord() => Run(ProcessAsync);

    /// <summary>Runs on a thread of its own, when the user stops the pipeline.</summary>
    protected sealed override void StopProcessing() => _stopping.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the cmdlet held for its lifetime.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stopping.Dispose();
        }
    }

    /// <summary>The work for one record. Never on the pipeline's thread, so it must not call the cmdlet's own Write methods.</summary>
    private protected virtual Task ProcessAsync(CommandPipeline pipeline, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Runs work and drains its pipeline until it has ended. Called on the pipeline's thread.</summary>
    private protected void Run(Func<CommandPipeline, CancellationToken, Task> work)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        using var pipeline = new CommandPipeline(this);
        var worker = Task.Run(() => CompleteAfterAsync(work, pipeline, cancellation.Token), CancellationToken.None);
        try
        {
            pipeline.Drain();
        }
        catch
        {
            cancellation.Cancel();
            pipeline.Abandon();
            AwaitSilently(worker);
            throw;
        }

        Conclude(worker);
    }

    private static async Task CompleteAfterAsync(
        Func<CommandPipeline, CancellationToken, Task> work, CommandPipeline pipeline, CancellationToken cancellation)
    {
        try
        {
            await work(pipeline, cancellation);
        }
        finally
        {
            pipeline.Complete();
        }
    }

    private static void AwaitSilently(Task worker)
        => worker.ContinueWith(ended => ended.Exception, TaskScheduler.Default).GetAwaiter().GetResult();

    private void Conclude(Task worker)
    {
        try
        {
            worker.GetAwaiter().GetResult();
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (TerminatingException failure)
        {
            ThrowTerminatingError(failure.Error);
        }
        catch (Exception failure) when (KafkaErrors.IsForTheUser(failure))
        {
            WriteError(KafkaErrors.ToErrorRecord(failure, MyInvocation.MyCommand?.Name));
        }
    }
}
