namespace KafkaK8s.Engine.Tests.Kafka;

/// <summary>
/// No recorded answer goes unread: each one of the programs that the engine runs goes through its reader, and comes out as the file
/// <c>readings.txt</c> says, a line an answer. What the tests beside this one say of single answers they say in detail.
/// Two records of 4.3.1, <c>produce</c> and <c>produce-unicode</c>, say nothing of the records that the brokers refused: they were made with
/// logging that shuts down beside the producer, which the engine turns off for its own calls.
/// </summary>
public sealed class EveryTranscriptTests
{
    // Options that the engine never gives, settings that it knows are not set, keys that it never leaves out.
    private static readonly string[] NeverAsked = ["no-action", "unknown-option", "zookeeper-option", "configs-delete-absent", "produce-missing-separator"];

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public void Every_recorded_answer_is_read_and_read_as_what_it_says(string version)
    {
        var read = Transcript.Of(version).Values
            .Where(transcript => !AnswerReading.NeverRun.Contains(transcript.Argv[0]))
            .Select(transcript => $"{version} {transcript.Name}: {AnswerReading.Of(transcript)}")
            .Order(StringComparer.Ordinal);

        Assert.Equal(Expected().Where(line => line.StartsWith(version + " ", StringComparison.Ordinal)).Order(StringComparer.Ordinal), read);
    }

    [Theory]
    [InlineData("1.1.1")]
    [InlineData("3.9.2")]
    [InlineData("4.3.1")]
    public void A_program_that_was_recorded_is_either_run_by_the_engine_or_known_not_to_be(string version) =>
        Assert.Empty(Transcript.Of(version).Values.Select(transcript => transcript.Argv[0]).Distinct().Except([.. AnswerReading.Programs, .. AnswerReading.NeverRun]));

    [Fact]
    public void No_answer_to_what_the_engine_asks_is_left_without_a_meaning() =>
        Assert.DoesNotContain(
            Expected().Where(line => !NeverAsked.Contains(line.Split(' ', ':')[1])),
            line => line.Contains("UnreadableOutput", StringComparison.Ordinal) || line.Contains("KafkaToolFailed", StringComparison.Ordinal));

    private static string[] Expected() => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Kafka", "readings.txt"));
}
