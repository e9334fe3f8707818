using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using KafkaK8s.Quickstart.Terminal;
using Microsoft.PowerShell;

namespace KafkaK8s.Quickstart;

/// <summary>A PowerShell in this process, with the module loaded and its output on a terminal.</summary>
internal sealed class HostedShell : IDisposable
{
    private readonly TerminalHost _host;
    private readonly Runspace _runspace;
    private readonly Lock _running = new();
    private PowerShell? _current;
    private bool _stopped;

    private HostedShell(TerminalHost host, Runspace runspace)
    {
        _host = host;
        _runspace = runspace;
    }

    /// <summary>Opens a shell.</summary>
    /// <param name="module">The manifest of the module to import.</param>
    /// <param name="kubeConfig">The kubeconfig that its commands find, or null for the user's own.</param>
    /// <param name="terminal">Where everything is shown.</param>
    public static HostedShell Open(string module, string? kubeConfig, TerminalUserInterface terminal)
    {
        if (kubeConfig is not null)
        {
            Environment.SetEnvironmentVariable("KUBECONFIG", kubeConfig);
        }

        var state = InitialSessionState.CreateDefault();
        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = ExecutionPolicy.Bypass;
        }

        var host = new TerminalHost(terminal);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (host.CurrentCulture, host.CurrentUICulture);
        var runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        runspace.Open();
        var shell = new HostedShell(host, runspace);
        shell.RunQuietly("param($module) Import-Module $module -ErrorAction Stop", module);
        return shell;
    }

    /// <summary>Runs a statement as typed at a prompt. Returns 0, or another number when it had an error.</summary>
    public int RunStatement(string statement)
    {
        using var pipeline = Create();
        pipeline.AddScript(statement);
        return RunToTerminal(pipeline);
    }

    /// <summary>Runs a script file. Returns the exit code that a shell would have: the script's own, 1 after an error that ended it, or 0.</summary>
    public int RunScript(string path)
    {
        Parser.ParseFile(path, out _, out var mistakes);
        if (mistakes.Length > 0)
        {
            Report(new ParseException(mistakes).ErrorRecord);
            return 1;
        }

        using var pipeline = Create();
        // The exit of a script that is called only ends that script; what it said is then in these two.
        pipeline.AddScript("param($path) $global:LASTEXITCODE = 0; & $path; if (-not $? -and $LASTEXITCODE -ne 0) { exit $LASTEXITCODE }").AddArgument(path);
        return RunToTerminal(pipeline, errorsCount: false);
    }

    /// <summary>Runs something whose output isn't shown, and returns it.</summary>
    /// <exception cref="QuickstartException">It failed.</exception>
    public IReadOnlyList<PSObject> RunQuietly(string script, params object[] arguments)
    {
        using var pipeline = Create();
        pipeline.AddScript(script);
        foreach (var argument in arguments)
        {
            pipeline.AddArgument(argument);
        }

        try
        {
            var output = Run(pipeline);
            return pipeline.Streams.Error is [var error, ..] ? throw Failure(error) : output;
        }
        catch (RuntimeException e)
        {
            throw Failure(e.ErrorRecord);
        }

        static QuickstartException Failure(ErrorRecord error) =>
            new(error.ErrorDetails?.RecommendedAction is { Length: > 0 } advice ? $"{error} {advice}" : $"{error}");
    }

    /// <summary>Stops what runs now, as Ctrl+C does, and lets nothing more run.</summary>
    public void Stop()
    {
        PowerShell? current;
        lock (_running)
        {
            _stopped = true;
            current = _current;
        }

        current?.BeginStop(null, null);
    }

    /// <inheritdoc/>
    public void Dispose() => _runspace.Dispose();

    private PowerShell Create()
    {
        var pipeline = PowerShell.Create();
        pipeline.Runspace = _runspace;
        return pipeline;
    }

    private int RunToTerminal(PowerShell pipeline, bool errorsCount = true)
    {
        pipeline.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        pipeline.AddCommand("Out-Default");
        try
        {
            Run(pipeline);
        }
        catch (RuntimeException e)
        {
            Report(e.ErrorRecord);
            return _host.ExitCode is { } asked and not 0 ? asked : 1;
        }
        finally
        {
            _host.Terminal.EndProgress();
        }

        return _host.ExitCode ?? (errorsCount && pipeline.HadErrors ? 1 : 0);
    }

    private void Report(ErrorRecord error)
    {
        using var report = Create();
        report.AddScript("[CmdletBinding()] param($record) $PSCmdlet.WriteError($record)").AddArgument(error);
        report.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        report.AddCommand("Out-Default");
        report.Invoke();
    }

    private Collection<PSObject> Run(PowerShell pipeline)
    {
        lock (_running)
        {
            if (_stopped)
            {
                throw new OperationCanceledException();
            }

            _current = pipeline;
        }

        try
        {
            var output = pipeline.Invoke();
            // A statement that handles its own end can still have been stopped.
            return _stopped ? throw new OperationCanceledException() : output;
        }
        catch (PipelineStoppedException) when (_stopped)
        {
            throw new OperationCanceledException();
        }
        finally
        {
            lock (_running)
            {
                _current = null;
            }
        }
    }
}
