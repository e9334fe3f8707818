using System.Collections.Concurrent;
using System.Management.Automation;

namespace KafkaK8s.Commands;

/// <summary>
/// A cmdlet's pipeline as its worker sees it. The worker runs on the thread pool, and PowerShell lets only the pipeline's own thread
/// write: everything asked for here is queued, and done by that thread in <see cref="Drain"/>.
/// </summary>
internal sealed class CommandPipeline : IDisposable
{
    private readonly PSCmdlet _cmdlet;
    private readonly ProgressDisplay _progress;
    private readonly BlockingCollection<Request> _requests = [];

    public CommandPipeline(PSCmdlet cmdlet)
    {
        _cmdlet = cmdlet;
        _progress = new ProgressDisplay(cmdlet.WriteProgress);
    }

    /// <summary>Writes an object, and returns when those downstream have taken it.</summary>
    public Task WriteObjectAsync(object? value) => InvokeAsync(() => _cmdlet.WriteObject(value));

    /// <summary>Writes a non-terminating error.</summary>
    public Task WriteErrorAsync(ErrorRecord error) => InvokeAsync(() => _cmdlet.WriteError(error));

    /// <summary>Asks whether a change may be made; under -WhatIf it says what it would be.</summary>
    /// <param name="target">The object: <c>the-project/kafka</c>.</param>
    /// <param name="action">What would be done to it.</param>
    public Task<bool> ShouldProcessAsync(string target, string action)
        => InvokeAsync(() => _cmdlet.ShouldProcess(target, action));

    /// <summary>Asks whether a change may be made, in full sentences of our own.</summary>
    /// <param name="description">What -WhatIf prints.</param>
    /// <param name="question">What -Confirm asks.</param>
    public Task<bool> ShouldProcessInWordsAsync(string description, string question)
        => InvokeAsync(() => _cmdlet.ShouldProcess(description, question, "Confirm"));

    /// <summary>Asks a question that no preference answers.</summary>
    public Task<bool> ShouldContinueAsync(string question, string caption)
        => InvokeAsync(() => _cmdlet.ShouldContinue(question, caption));

    /// <summary>Does something on the pipeline's thread.</summary>
    public Task InvokeAsync(Action action) => InvokeAsync(() =>
    {
        action();
        return true;
    });

    /// <summary>Does something on the pipeline's thread, and returns what it returned.</summary>
    public Task<T> InvokeAsync<T>(Func<T> action)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = TryPost(new Request(() => answer.TrySetResult(action()), () => answer.TrySetCanceled()));
        if (!posted)
        {
            answer.TrySetCanceled();
        }

        return answer.Task;
    }

    /// <summary>Writes a verbose line. May be called from any thread, and after the end, when it does nothing.</summary>
    public void WriteVerbose(string line) => Post(() => _cmdlet.WriteVerbose(line));

    /// <summary>Writes a warning. May be called from any thread, and after the end, when it does nothing.</summary>
    public void WriteWarning(string message) => Post(() => _cmdlet.WriteWarning(message));

    /// <summary>Says something to whoever reads along: on the screen and in the information stream, never among the objects.</summary>
    public void WriteMessage(string message) => Post(() =>
        _cmdlet.WriteInformation(new HostInformationMessage { Message = message }, ["PSHOST"]));

    /// <summary>Shows progress. May be called from any thread and as often as one likes: it is throttled.</summary>
    public void WriteProgress(string activity, string status, int? percentComplete, bool completed) => Post(() =>
    {
        if (_progress.Report(activity, status, percentComplete, completed))
        {
            _cmdlet.WriteVerbose($"{activity}: {status}");
        }
    });

    /// <summary>The worker has ended: <see cref="Drain"/> returns when everything queued is done.</summary>
    public void Complete() => _requests.CompleteAdding();

    /// <summary>Does what the worker asks for until it has ended. Called on the pipeline's thread.</summary>
    public void Drain()
    {
        while (!_requests.IsCompleted)
        {
            if (_requests.TryTake(out var request, _progress.MillisecondsUntilDue))
            {
                Perform(request);
            }

            _progress.WriteDue();
        }

        _progress.CompleteAll();
    }

    /// <summary>Nothing more can be written: what is queued and what is yet asked for ends as cancelled.</summary>
    public void Abandon()
    {
        _requests.CompleteAdding();
        while (_requests.TryTake(out var request))
        {
            request.Abandon();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _requests.Dispose();

    private static void Perform(Request request)
    {
        try
        {
            request.Perform();
        }
        catch
        {
            request.Abandon();
            throw;
        }
    }

    private void Post(Action action) => TryPost(new Request(action, static () => { }));

    private bool TryPost(Request request)
    {
        try
        {
            return _requests.TryAdd(request);
        }
        catch (InvalidOperationException)
        {
            // Completed, or disposed: a background task of the engine still had something to say.
            return false;
        }
    }

    private readonly record struct Request(Action Perform, Action Abandon);
}
