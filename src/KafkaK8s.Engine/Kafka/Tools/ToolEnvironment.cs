namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>
/// The small, clean environment that Kafka's programs run in, whatever the pod's own is made for. A broker's <c>JMX_PORT</c> would
/// make every program try to bind the same port; its heap, debugger, agents and server logging don't fit a tool either.
/// </summary>
internal static class ToolEnvironment
{
    private static readonly string[] Prefix =
    [
        "env",
        "-u", "JMX_PORT",
        "-u", "KAFKA_JMX_OPTS",
        "-u", "KAFKA_OPTS",
        "-u", "KAFKA_LOG4J_OPTS",
        "-u", "KAFKA_DEBUG",
        "KAFKA_HEAP_OPTS=-Xmx256M",
        // A tool lives for a second: a quick start counts more than peak speed. Input is UTF-8 whatever the pod's locale is;
        // without file.encoding, Java before 18 replaces what the locale lacks by question marks, in silence.
        // From 4.0 on, the logging would shut down beside the producer and take with it what the brokers refused: the producer then
        // ends with 0 and without a word, and nothing was stored.
        "KAFKA_JVM_PERFORMANCE_OPTS=-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dfile.encoding=UTF-8 -Dlog4j2.shutdownHookEnabled=false",
        // The same for arguments, which Java decodes by the locale.
        "LC_ALL=C.UTF-8",
    ];

    /// <summary>The argument vector that runs a program in that environment.</summary>
    public static IReadOnlyList<string> Run(string program, IEnumerable<string> arguments) => [.. Prefix, program, .. arguments];
}
