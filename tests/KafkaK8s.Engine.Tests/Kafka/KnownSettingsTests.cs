using KafkaK8s.Engine.Kafka;

namespace KafkaK8s.Engine.Tests.Kafka;

public sealed class KnownSettingsTests
{
    [Theory]
    [InlineData("retention.mss", true, "retention.ms")]
    [InlineData("cleanup.polcy", true, "cleanup.policy")]
    [InlineData("num.io.thread", false, "num.io.threads")]
    [InlineData("insync", true, "min.insync.replicas")]
    public void A_misspelled_name_has_neighbours(string name, bool forTopic, string nearest) => Assert.Contains(nearest, KnownSettings.Nearest(name, forTopic));

    [Fact]
    public void What_nobody_could_have_meant_has_none() => Assert.Empty(KnownSettings.Nearest("quite.something.else", forTopic: true));

    [Fact]
    public void Every_setting_of_the_recorded_topics_is_known_with_its_meaning()
    {
        foreach (var version in new[] { "3.9.2", "4.3.1" })
        {
            var names = TextOf(version).Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line.Trim().Split('=')[0]).ToList();

            Assert.True(names.Count > 20, version);
            Assert.All(names, name => Assert.NotNull(KnownSettings.MeaningOf(name, forTopic: true)));
        }

        static string[] TextOf(string version) => Transcript.Of(version, "configs-describe-topic-all").Stdout.Split('\n');
    }

    [Fact]
    public void What_only_counts_at_the_start_is_told_from_what_can_change()
    {
        Assert.Equal((true, false, true), (KnownSettings.IsDynamic("log.cleaner.threads"), KnownSettings.IsDynamic("broker.rack"), KnownSettings.IsDynamic("listener.name.internal.ssl.keystore.location")));
        Assert.True(KnownSettings.IsBrokerSetting("broker.rack"));
        Assert.Contains("Set-KafkaBroker", KnownSettings.OfBrokers.Single(setting => setting.Name == "broker.rack").Meaning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ssl.keystore.password", true)]
    [InlineData("listener.name.a.plain.sasl.jaas.config", true)]
    [InlineData("password.encoder.secret", true)]
    [InlineData("listener.name.a.ssl.keystore.certificate.chain", true)]
    [InlineData("ssl.truststore.certificates", true)]
    [InlineData("ssl.truststore.type", false)]
    [InlineData("retention.ms", false)]
    public void Secrets_are_known_by_their_names(string name, bool isSensitive) => Assert.Equal(isSensitive, KnownSettings.IsSensitive(name));
}
