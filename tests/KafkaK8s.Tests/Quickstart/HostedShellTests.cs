using KafkaK8s.Quickstart;
using KafkaK8s.Quickstart.Terminal;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests.Quickstart;

public sealed class HostedShellTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();
    private readonly TerminalUserInterface _terminal;
    private readonly HostedShell _shell;
    private readonly string _script = Path.Combine(Path.GetTempPath(), $"kafkak8s-{Guid.NewGuid():n}.ps1");

    public HostedShellTests()
    {
        _terminal = new TerminalUserInterface(new TerminalStreams(_output, _errors, Input: null, OutputIsTerminal: false, ErrorIsTerminal: false, Width: 120));
        _shell = HostedShell.Open(RepositoryRoot.Manifest, kubeConfig: null, _terminal);
    }

    public void Dispose()
    {
        _shell.Dispose();
        File.Delete(_script);
    }

    [Theory]
    [InlineData("'fine'", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("throw 'up'", 1)]
    [InlineData("$ErrorActionPreference = 'Stop'; Write-Error 'bad'", 1)]
    [InlineData("Write-Error 'bad'; 'goes on'", 0)]
    [InlineData("'a' | | 'b'", 1)]
    public void A_script_ends_with_the_exit_code_that_a_shell_gives(string script, int exitCode)
    {
        Assert.Equal(exitCode, RunScript(script));
    }

    [Fact]
    public void Errors_and_warnings_go_to_standard_error_and_nothing_else_does()
    {
        Assert.Equal(0, RunScript("'out'; Write-Warning 'careful'; Write-Error 'bad' -ErrorId X; [pscustomobject]@{ Name = 'n'; Value = 1 }"));
        Assert.Contains("out", _output.ToString(), StringComparison.Ordinal);
        Assert.Matches(@"Name Value\s+---- -----\s+n\s+1", _output.ToString());
        Assert.DoesNotContain("bad", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("WARNING: careful", _errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("bad", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_colours_are_written_where_no_terminal_shows_them()
    {
        RunScript("[pscustomobject]@{ Name = 'n' }; Write-Host green -ForegroundColor Green; Write-Error 'bad'; Write-Verbose 'v' -Verbose");
        Assert.DoesNotContain('\e', _output.ToString() + _errors);
    }

    [Fact]
    public void A_session_shows_comments_prompts_and_results_and_stops_at_the_first_error()
    {
        var session = new ScriptSession("# First.\n$x = 2 + 3\n\n# Then.\n$x |\n    ForEach-Object { $_ }\nthrow 'up'\n'never'\n");
        Assert.Equal(1, session.Play(_shell, _terminal, TestContext.Current.CancellationToken));
        Assert.Equal(
            "\n# First.\nPS> $x = 2 + 3\n\n# Then.\nPS> $x |\n>>      ForEach-Object { $_ }\n5\n\nPS> throw 'up'\n",
            _output.ToString().ReplaceLineEndings("\n"));
        Assert.Contains("up", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_that_nobody_can_answer_is_an_error_that_says_what_to_do()
    {
        Assert.Equal(1, RunScript("$ErrorActionPreference = 'Stop'; $Host.UI.PromptForChoice('Sure?', 'Really?', [System.Management.Automation.Host.ChoiceDescription[]] @('&Yes', '&No'), 1)"));
        Assert.Contains("-Confirm:$false", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_commands_that_come_with_PowerShell_are_there()
    {
        Assert.Equal(0, RunScript(
            """
            $ErrorActionPreference = 'Stop'
            '{ "topics": [ { "name": "b" }, { "name": "a" } ] }' | ConvertFrom-Json | ForEach-Object topics | Sort-Object name | Export-Csv "$PSCommandPath.csv"
            (Import-Csv "$PSCommandPath.csv").name -join ' ' > "$PSCommandPath.txt"
            Get-Content "$PSCommandPath.txt"
            Remove-Item "$PSCommandPath.*"
            """));
        Assert.Equal("a b", _output.ToString().Trim());
    }

    [Fact]
    public async Task Stop_ends_a_running_statement_and_lets_no_other_begin()
    {
        var running = Task.Run(() => _shell.RunStatement("Write-Host going; Start-Sleep 600"), TestContext.Current.CancellationToken);
        while (!_output.ToString().Contains("going", StringComparison.Ordinal))
        {
            await Task.Yield();
        }

        _shell.Stop();
        await Assert.ThrowsAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.Throws<OperationCanceledException>(() => _shell.RunStatement("'more'"));
    }

    private int RunScript(string script)
    {
        File.WriteAllText(_script, script);
        return _shell.RunScript(_script);
    }
}
