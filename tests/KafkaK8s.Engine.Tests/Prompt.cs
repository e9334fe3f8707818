namespace KafkaK8s.Engine.Tests;

/// <summary>How soon a stopped operation must be over.</summary>
internal static class Prompt
{
    /// <summary>The promise is 200 ms of the engine's; the rest is for a machine that runs brokers and compilers beside the tests.</summary>
    public const int Milliseconds = 1000;
}
