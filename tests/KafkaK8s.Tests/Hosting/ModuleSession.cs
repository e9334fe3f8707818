using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace KafkaK8s.Tests.Hosting;

/// <summary>A PowerShell session with the module imported from output/, as a user's.</summary>
internal sealed class ModuleSession : IDisposable
{
    private readonly CapturingHost _host = new();
    private readonly Runspace _runspace;

    public ModuleSession()
    {
        var state = InitialSessionState.CreateDefault();
        state.ImportPSModule(RepositoryRoot.Manifest);
        _runspace = RunspaceFactory.CreateRunspace(_host, state);
        _runspace.Open();
    }

    /// <summary>Sets a variable for scripts to come.</summary>
    public void Variable(string name, object? value) => _runspace.SessionStateProxy.SetVariable(name, value);

    /// <summary>Runs a script to its end. A terminating error is among the errors.</summary>
    public Transcript Run(string script, IEnumerable? input = null) => Start(script, input).End();

    /// <summary>Starts a script.</summary>
    public RunningScript Start(string script, IEnumerable? input = null) => new(_runspace, _host, script, input);

    /// <summary>What Tab offers at the end of a line.</summary>
    public IReadOnlyList<string> Complete(string line) => [.. Matches(line).Select(match => match.CompletionText)];

    /// <summary>What is said about each of these.</summary>
    public IReadOnlyList<string> ToolTips(string line) => [.. Matches(line).Select(match => match.ToolTip)];

    public void Dispose() => _runspace.Dispose();

    private Collection<CompletionResult> Matches(string line)
    {
        using var shell = PowerShell.Create(_runspace);
        return CommandCompletion.CompleteInput(line, line.Length, null, shell).CompletionMatches;
    }
}
