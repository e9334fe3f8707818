namespace KafkaK8s.Sandbox.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void Options_are_read()
    {
        var read = CommandLine.Parse(["--kubeconfig", "/tmp/config", "--speed", "12.5", "--kafka", "/opt/kafka", "--port", "6443"]);

        Assert.Equal(new CommandLine("/tmp/config", 12.5, "/opt/kafka", 6443, IsHelp: false), read);
    }

    [Theory]
    [InlineData("--kubeconfig FILE is missing")]
    [InlineData("--kubeconfig needs a value", "--kubeconfig")]
    [InlineData("there is no option --sped", "--sped", "3")]
    [InlineData("--speed is a number above 0, up to 10000, and not fast", "--kubeconfig", "f", "--speed", "fast")]
    [InlineData("--port is a number up to 65535, and not 70000", "--kubeconfig", "f", "--port", "70000")]
    public void What_cannot_be_understood_is_refused_with_the_reason(string message, params string[] arguments) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => CommandLine.Parse(arguments)).Message);
}
