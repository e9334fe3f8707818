using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

public sealed class ImportTests
{
    [Fact]
    public async Task Importing_loads_no_engine()
    {
        var loaded = await ImportProbe.StartAsync(TestContext.Current.CancellationToken);

        Assert.Contains("KafkaK8s", loaded);
        Assert.DoesNotContain("KafkaK8s.Engine", loaded);
        Assert.DoesNotContain("KubernetesClient", loaded);
        Assert.DoesNotContain("YamlDotNet", loaded);
    }
}
