using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Completers;
using KafkaK8s.Engine.Kafka;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>A cmdlet that works on the settings of topics or brokers, many at once: what comes down the pipeline is collected.</summary>
public abstract class ConfigurationCmdlet : KafkaCmdlet
{
    /// <summary>Settings of topics.</summary>
    protected const string OfTopics = "Topic";

    /// <summary>Settings of brokers.</summary>
    protected const string OfBrokers = "Broker";

    /// <summary>Settings of all brokers.</summary>
    protected const string OfAllBrokers = "BrokerDefault";

    private readonly List<Pending> _asked = [];

    /// <summary>The topics whose settings are meant, by name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = OfTopics)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TopicCompleter))]
    public string[] Topic { get; set; } = [];

    /// <summary>The ids of the brokers whose settings are meant. A broker from <c>Get-KafkaBroker</c> says its own.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = OfBrokers)]
    [Alias("Id")]
    [NumberListTransformation("id of a broker")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BrokerIdCompleter))]
    public int[] Broker { get; set; } = [];

    /// <summary>What all brokers of the cluster take that have no setting of their own.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OfAllBrokers)]
    public SwitchParameter BrokerDefault { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Choose();
        IEnumerable<ConfigurationTarget> targets = ParameterSetName switch
        {
            OfTopics => Topic.Select(ConfigurationTarget.Topic),
            OfBrokers => Broker.Select(ConfigurationTarget.Broker),
            _ => BrokerDefault ? [ConfigurationTarget.AllBrokers] : [],
        };
        _asked.AddRange(targets.Select(target => new Pending(Choice, target)));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var cluster in _asked.GroupBy(asked => asked.Choice, asked => asked.Target))
        {
            Run((pipeline, cancellation) => ProcessAsync(pipeline, cluster.Key, [.. cluster.Distinct()], cancellation));
        }
    }

    /// <summary>The work on one cluster.</summary>
    /// <param name="pipeline">The cmdlet's pipeline.</param>
    /// <param name="choice">Which cluster.</param>
    /// <param name="targets">Whose settings, each once.</param>
    /// <param name="cancellation">Ends it at once.</param>
    private protected abstract Task ProcessAsync(
        CommandPipeline pipeline, SessionDefaults choice, IReadOnlyList<ConfigurationTarget> targets, CancellationToken cancellation);

    // A class: a list of structures that hold the engine's types would load the engine together with this cmdlet's type.
    private sealed class Pending(SessionDefaults choice, ConfigurationTarget target)
    {
        public SessionDefaults Choice { get; } = choice;

        public ConfigurationTarget Target { get; } = target;
    }
}
