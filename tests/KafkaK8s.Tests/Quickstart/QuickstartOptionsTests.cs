using KafkaK8s.Quickstart;

namespace KafkaK8s.Tests.Quickstart;

public sealed class QuickstartOptionsTests
{
    [Fact]
    public void Without_options_it_is_the_quickstart_on_the_practice_cluster()
    {
        var (options, _) = QuickstartOptions.Parse([]);
        Assert.True(options!.UsesSandbox);
        Assert.Null(options.Script);
    }

    [Theory]
    [InlineData("There is no option \"--contxt\".", "--contxt", "x")]
    [InlineData("--context needs a value.", "--context")]
    [InlineData("--kafka is for the practice cluster; it can't be combined with --context or --kubeconfig.", "--kafka", ".", "--context", "x")]
    public void A_mistake_is_said_in_a_sentence(string mistake, params string[] arguments)
    {
        Assert.Equal((null, mistake), QuickstartOptions.Parse(arguments));
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_mistake_before_anything_starts()
    {
        var (options, mistake) = QuickstartOptions.Parse(["--script", "no-such-script.ps1"]);
        Assert.Null(options);
        Assert.Contains("no-such-script.ps1", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_is_in_the_usage()
    {
        Assert.All(["--script", "--context", "--kubeconfig", "--kafka", "--help"], option => Assert.Contains(option, QuickstartOptions.Usage, StringComparison.Ordinal));
    }
}
