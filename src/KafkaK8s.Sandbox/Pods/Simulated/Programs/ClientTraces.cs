namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>The stack traces of producers and consumers that can't be made for their list of servers.</summary>
internal static class ClientTraces
{
    /// <summary>The console producer's.</summary>
    public static string Producer(string complaint, bool isOld) => isOld
        ? Trace(
            "Failed to construct kafka producer",
            [
                "org.apache.kafka.clients.producer.KafkaProducer.<init>(KafkaProducer.java:456)",
                "org.apache.kafka.clients.producer.KafkaProducer.<init>(KafkaProducer.java:303)",
                "kafka.producer.NewShinyProducer.<init>(BaseProducer.scala:40)",
                "kafka.tools.ConsoleProducer$.main(ConsoleProducer.scala:49)",
                "kafka.tools.ConsoleProducer.main(ConsoleProducer.scala)",
            ],
            complaint,
            [
                "org.apache.kafka.clients.ClientUtils.parseAndValidateAddresses(ClientUtils.java:66)",
                "org.apache.kafka.clients.producer.KafkaProducer.<init>(KafkaProducer.java:405)",
            ],
            4)
        : Trace(
            "Failed to construct kafka producer",
            [
                "org.apache.kafka.clients.producer.KafkaProducer.<init>(KafkaProducer.java:476)",
                "org.apache.kafka.clients.producer.KafkaProducer.<init>(KafkaProducer.java:297)",
                "org.apache.kafka.clients.producer.KafkaProducer.<init>(KafkaProducer.java:324)",
                "org.apache.kafka.clients.producer.KafkaProducer.<init>(KafkaProducer.java:309)",
                "kafka.tools.ConsoleProducer$.main(ConsoleProducer.scala:99)",
                "kafka.tools.ConsoleProducer.main(ConsoleProducer.scala)",
            ],
            complaint,
            [
                "org.apache.kafka.clients.ClientUtils.parseAndValidateAddresses(ClientUtils.java:104)",
                "org.apache.kafka.clients.ClientUtils.parseAndValidateAddresses(ClientUtils.java:63)",
                "org.apache.kafka.clients.ClientUtils.parseAndValidateAddresses(ClientUtils.java:59)",
                "org.apache.kafka.clients.producer.KafkaProducer.<init>(KafkaProducer.java:451)",
            ],
            5);

    /// <summary>The console consumer's.</summary>
    public static string Consumer(string complaint, bool isOld) => isOld
        ? Trace(
            "Failed to construct kafka consumer",
            [
                "org.apache.kafka.clients.consumer.KafkaConsumer.<init>(KafkaConsumer.java:793)",
                "org.apache.kafka.clients.consumer.KafkaConsumer.<init>(KafkaConsumer.java:644)",
                "org.apache.kafka.clients.consumer.KafkaConsumer.<init>(KafkaConsumer.java:624)",
                "kafka.consumer.NewShinyConsumer.<init>(BaseConsumer.scala:61)",
                "kafka.tools.ConsoleConsumer$.run(ConsoleConsumer.scala:78)",
                "kafka.tools.ConsoleConsumer$.main(ConsoleConsumer.scala:54)",
                "kafka.tools.ConsoleConsumer.main(ConsoleConsumer.scala)",
            ],
            complaint,
            [
                "org.apache.kafka.clients.ClientUtils.parseAndValidateAddresses(ClientUtils.java:66)",
                "org.apache.kafka.clients.consumer.KafkaConsumer.<init>(KafkaConsumer.java:706)",
            ],
            6)
        : Trace(
            "Failed to construct kafka consumer",
            [
                "org.apache.kafka.clients.consumer.internals.ClassicKafkaConsumer.<init>(ClassicKafkaConsumer.java:270)",
                "org.apache.kafka.clients.consumer.internals.ConsumerDelegateCreator.create(ConsumerDelegateCreator.java:65)",
                "org.apache.kafka.clients.consumer.KafkaConsumer.<init>(KafkaConsumer.java:600)",
                "org.apache.kafka.clients.consumer.KafkaConsumer.<init>(KafkaConsumer.java:595)",
                "org.apache.kafka.clients.consumer.KafkaConsumer.<init>(KafkaConsumer.java:576)",
                "org.apache.kafka.tools.consumer.ConsoleConsumer.run(ConsoleConsumer.java:71)",
                "org.apache.kafka.tools.consumer.ConsoleConsumer.main(ConsoleConsumer.java:59)",
            ],
            complaint,
            [
                "org.apache.kafka.clients.ClientUtils.parseAndValidateAddresses(ClientUtils.java:104)",
                "org.apache.kafka.clients.ClientUtils.parseAndValidateAddresses(ClientUtils.java:63)",
                "org.apache.kafka.clients.ClientUtils.parseAndValidateAddresses(ClientUtils.java:59)",
                "org.apache.kafka.clients.consumer.internals.ClassicKafkaConsumer.<init>(ClassicKafkaConsumer.java:189)",
            ],
            6);

    private static string Trace(string message, string[] frames, string complaint, string[] causeFrames, int more) => string.Join(
        '\n',
        JavaTrace.Format($"org.apache.kafka.common.KafkaException: {message}", frames),
        JavaTrace.Format($"Caused by: org.apache.kafka.common.config.ConfigException: {complaint}", causeFrames),
        $"\t... {more} more");
}
