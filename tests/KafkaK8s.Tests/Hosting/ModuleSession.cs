using System.Collections;
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
    public IReadOnlyList<string> Complete(string line)
    {
        using var shell = PowerShell.Create(_runspace);
        var completion = CommandCompletion.CompleteInput(line, line.Length, null, shell);
        return [.. completion.CompletionMatches.Select(match => match.CompletionText)];
    }

    public void Dispose() => _runspace.Dispose();
}
