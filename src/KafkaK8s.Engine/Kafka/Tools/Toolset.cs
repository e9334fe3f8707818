namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>Kafka's programs as one image has them.</summary>
/// <param name="Version">The Kafka release that they are of; 1.1 for those that can't tell theirs.</param>
/// <param name="Folder">The folder with its slash, or empty when they are in the search path.</param>
/// <param name="Suffix"><c>.sh</c> or nothing.</param>
/// <param name="Dialect">How to talk to them.</param>
internal sealed record Toolset(Version Version, string Folder, string Suffix, ToolDialect Dialect)
{
    /// <summary>The program's name or path in that image.</summary>
    public string PathOf(string tool) => Folder + NameOf(tool);

    /// <summary>The program's name in its folder.</summary>
    public string NameOf(string tool) => tool + Suffix;
}
