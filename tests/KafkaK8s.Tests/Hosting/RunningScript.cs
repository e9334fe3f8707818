using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace KafkaK8s.Tests.Hosting;

/// <summary>A script that runs, all its streams captured.</summary>
internal sealed class RunningScript : IDisposable
{
    private readonly CapturingHost _host;
    private readonly PowerShell _shell;
    private readonly PSDataCollection<PSObject> _output = [];
    private readonly IAsyncResult _invocation;
    private readonly int _screenStart;

    public RunningScript(Runspace runspace, CapturingHost host, string script, IEnumerable? input)
    {
        _host = host;
        _screenStart = host.Text.Length;
        _shell = PowerShell.Create(runspace);
        _shell.AddScript(script);
        var records = new PSDataCollection<PSObject>();
        foreach (var record in input ?? Array.Empty<object>())
        {
            records.Add(PSObject.AsPSObject(record));
        }

        records.Complete();
        _invocation = _shell.BeginInvoke(records, _output);
    }

    /// <summary>What was written so far.</summary>
    public PSDataCollection<PSObject> Output => _output;

    /// <summary>The progress shown so far.</summary>
    public PSDataCollection<ProgressRecord> Progress => _shell.Streams.Progress;

    /// <summary>Completes when so many objects were written.</summary>
    public Task Wrote(int count) => Reached(_output, count);

    /// <summary>Completes when progress was shown.</summary>
    public Task ShowedProgress() => Reached(_shell.Streams.Progress, 1);

    /// <summary>Completes when progress with these words was shown.</summary>
    public async Task ShowedProgress(Func<ProgressRecord, bool> wanted)
    {
        for (var count = 1; !_shell.Streams.Progress.Take(count - 1).Any(wanted); count++)
        {
            await Reached(_shell.Streams.Progress, count);
        }
    }

    /// <summary>Presses Ctrl+C, and returns how long it took until the prompt was back.</summary>
    public TimeSpan Stop()
    {
        var start = TimeProvider.System.GetTimestamp();
        _shell.Stop();
        return TimeProvider.System.GetElapsedTime(start);
    }

    /// <summary>Waits for the end.</summary>
    public Transcript End()
    {
        List<ErrorRecord> terminating = [];
        try
        {
            _shell.EndInvoke(_invocation);
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException)
        {
            terminating.Add(failure.ErrorRecord);
        }
        catch (PipelineStoppedException)
        {
            // The state says so.
        }

        var transcript = new Transcript(
            [.. _output],
            [.. _shell.Streams.Error, .. terminating],
            [.. _shell.Streams.Warning.Select(record => record.Message)],
            [.. _shell.Streams.Verbose.Select(record => record.Message)],
            [.. _shell.Streams.Information.Select(record => record.ToString())],
            [.. _shell.Streams.Progress],
            _host.Text[_screenStart..],
            _shell.InvocationStateInfo.State == PSInvocationState.Stopped);
        Dispose();
        return transcript;
    }

    public void Dispose() => _shell.Dispose();

    private static async Task Reached<T>(PSDataCollection<T> collection, int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        collection.DataAdded += (_, added) => Check(added.Index + 1);
        Check(collection.Count);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30));

        void Check(int now)
        {
            if (now >= count)
            {
                reached.TrySetResult();
            }
        }
    }
}
