using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Tests.Manifests;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("1Gi", 1073741824)]
    [InlineData("1024Mi", 1073741824)]
    [InlineData("1.5Ki", 1536)]
    [InlineData("1k", 1000)]
    [InlineData("2E", 2000000000000000000)]
    [InlineData("1e3", 1000)]
    [InlineData("1E3", 1000)]
    [InlineData("12e-1", 1.2)]
    [InlineData("500m", 0.5)]
    [InlineData("+.5", 0.5)]
    [InlineData("5.", 5)]
    public void Reads_what_Kubernetes_reads(string text, double amount)
    {
        Assert.True(Quantity.TryParse(text, out var quantity));
        Assert.Equal((decimal)amount, quantity.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Gi")]
    [InlineData("1KiB")]
    [InlineData("1K")]
    [InlineData("1e")]
    [InlineData("1e99")]
    [InlineData("9999Ei")]
    [InlineData("1Gi\n")]
    [InlineData("١")]
    public void Refuses_what_Kubernetes_refuses(string? text) => Assert.False(Quantity.TryParse(text, out _));
}
