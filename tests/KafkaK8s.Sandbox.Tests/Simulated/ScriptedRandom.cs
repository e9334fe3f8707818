namespace KafkaK8s.Sandbox.Tests.Simulated;

/// <summary>Chance that falls as it is told, as long as it is told: the starts of replica placements that a recording happened to have.</summary>
internal sealed class ScriptedRandom(params int[] numbers) : Random
{
    private readonly Queue<int> _numbers = new(numbers);

    public override int Next(int maxValue) => _numbers.TryDequeue(out var number) ? number : 0;
}
