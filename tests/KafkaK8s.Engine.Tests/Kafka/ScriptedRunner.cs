using System.Globalization;
using System.Text;
using KafkaK8s.Engine.Kafka.Tools;

namespace KafkaK8s.Engine.Tests.Kafka;

/// <summary>Answers programs by a script that the test gives, and keeps what was asked.</summary>
internal sealed class ScriptedRunner(Func<IReadOnlyList<string>, ScriptedAnswer> script) : IProgramRunner
{
    /// <summary>The programs that were run, without the environment before them.</summary>
    public List<IReadOnlyList<string>> Calls { get; } = [];

    /// <summary>What the programs read.</summary>
    public List<string> Inputs { get; } = [];

    /// <summary>How many calls to the cluster there were, whatever each of them ran.</summary>
    public int RemoteCalls { get; private set; }

    /// <summary>Forgets what was asked so far.</summary>
    public void Forget()
    {
        Calls.Clear();
        RemoteCalls = 0;
    }

    public async Task<int> RunAsync(ProgramCall program, CancellationToken cancellation)
    {
        RemoteCalls++;
        if (program.Arguments is ["sh", "-c", _, "sh", var token, var count, var lanes, ..] && token.StartsWith("kafkak8s-", StringComparison.Ordinal))
        {
            return await RunBatchAsync(program, token, int.Parse(count, CultureInfo.InvariantCulture), lanes == "1", cancellation);
        }

        var arguments = WithoutEnvironment(program.Arguments);
        Calls.Add(arguments);
        var answer = script(arguments);
        if (program.StandardInput is not null and not HeldInput)
        {
            Inputs.Add(await new StreamReader(program.StandardInput, Encoding.UTF8).ReadToEndAsync(cancellation));
        }

        foreach (var piece in Encoding.UTF8.GetBytes(answer.Output).Chunk(7))
        {
            await program.StandardOutput(piece, cancellation);
        }

        await program.StandardError(Encoding.UTF8.GetBytes(answer.Errors), cancellation);
        return answer.ExitCode;
    }

    // As the batch's script does, one after the other; the streams in pieces that end anywhere.
    private async Task<int> RunBatchAsync(ProgramCall program, string token, int count, bool inTurn, CancellationToken cancellation)
    {
        var input = new StreamReader(program.StandardInput!, Encoding.UTF8);
        for (var index = 0; index < count; index++)
        {
            var vector = new List<string>();
            for (var left = int.Parse((await input.ReadLineAsync(cancellation))!, CultureInfo.InvariantCulture); left > 0; left--)
            {
                vector.Add((await input.ReadLineAsync(cancellation))!);
            }

            var arguments = WithoutEnvironment(vector);
            Calls.Add(arguments);
            var answer = script(arguments);
            var frame = $"{answer.Output}\n{token} {answer.ExitCode}\n{answer.Errors.TrimEnd('\n')}\n{token}\n";
            foreach (var piece in Encoding.UTF8.GetBytes(frame).Chunk(7))
            {
                await (inTurn || index % 2 == 0 ? program.StandardOutput : program.StandardError)(piece, cancellation);
            }
        }

        return 0;
    }

    private static List<string> WithoutEnvironment(IReadOnlyList<string> vector)
    {
        var start = vector.ToList().IndexOf("env");
        Assert.True(start >= 0, "Every program runs in a clean environment.");
        var at = start + 1;
        while (vector[at] == "-u" || vector[at].Contains('='))
        {
            at += vector[at] == "-u" ? 2 : 1;
        }

        return [.. vector.Skip(at)];
    }
}

/// <summary>What a program answers.</summary>
internal sealed record ScriptedAnswer(string Output = "", string Errors = "", int ExitCode = 0)
{
    public static ScriptedAnswer From(Transcript transcript) => new(transcript.Stdout, transcript.Stderr, transcript.ExitCode);

    public static ScriptedAnswer NoVersion { get; } = new("", "Exception in thread \"main\" joptsimple.UnrecognizedOptionException: version is not a recognized option\n", 1);

    public static ScriptedAnswer Version(string version) => new(version + "\n");
}

/// <summary>Keeps what an operation reported.</summary>
internal sealed class RecordingObserver : IOperationObserver
{
    public List<string> Warnings { get; } = [];

    public void RemoteCall(string description, TimeSpan duration)
    {
    }

    public void Progress(OperationProgress progress)
    {
    }

    public void Warning(string message) => Warnings.Add(message);
}
