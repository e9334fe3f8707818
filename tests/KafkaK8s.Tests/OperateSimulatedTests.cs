using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

/// <summary>The day's work of <c>Real/operate.ps1</c> on simulated brokers: nobody who rehearses it in the sandbox is told another story than by real ones.</summary>
public sealed class OperateSimulatedTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("Article", 5)]
    [InlineData("Standard", 0)]
    public async Task A_days_work_comes_out_on_simulated_brokers_as_on_real_ones(string preset, int limits)
    {
        await using var practice = new PracticeCluster();
        await practice.InitializeAsync();
        using var session = practice.Session();
        session.Variable("preset", preset);
        session.Run("Set-KafkaContext -Namespace the-project; New-KafkaCluster -Preset $preset -Configuration @{ 'num.partitions' = 2 }").Succeeded();

        var run = session.Run($"& '{Path.Combine(RepositoryRoot.Path, "tests", "KafkaK8s.Tests", "Real", "operate.ps1")}' -Slowly 20KB");

        var steps = run.Output.Where(result => result.Properties["Step"] is not null).ToList();
        foreach (dynamic step in steps)
        {
            output.WriteLine($"{step.Step,3} {step.Seconds,5:0.0} s  {step.Words}");
        }

        run.Succeeded();
        Assert.True(steps.Count >= 60, $"There are {steps.Count} steps.");
        Assert.Equal(limits, run.Output.Count - steps.Count);
    }
}
