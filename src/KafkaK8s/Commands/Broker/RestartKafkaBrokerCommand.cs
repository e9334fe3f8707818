using System.Globalization;
using System.Management.Automation;
using KafkaK8s.Binding;
using KafkaK8s.Completers;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Changes;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Restarts brokers one at a time, without a partition falling below its minimum of in-sync replicas.</summary>
/// <remarks>
/// <para>Brokers that aren't ready come first, the active controller comes last. Before each one it waits until no partition would fall below
/// its <c>min.insync.replicas</c> without that broker, and until every other broker is ready. After each one it waits until the broker is ready, and back in the in-sync replicas
/// of every partition that it has a replica of. Brokers that keep their data in their pods are refused where a restart would lose the only replica in sync. What holds it comes out as objects while it waits, and as the error <c>RestartBlocked</c> when
/// <c>-Timeout</c> has passed. Topics that have no more replicas than must be in sync hold nothing, because they always would: a warning names them first.</para>
/// <para>It can be stopped at any time. The first step notes down which pods are to be restarted, in the annotation <c>kafkak8s/restart-requested</c> of
/// the StatefulSet, and the last step takes the note away. The same command again finds there which of them are left, restarts only these, and waits for those that
/// were restarted and are not back yet; a warning says so. A command for other brokers is another restart.</para>
/// <para><c>-WhatIf</c> returns the plan as objects and changes nothing. <c>-Force</c> doesn't wait for replicas; the order, and that each broker is ready before the
/// next one goes down, stay.</para>
/// </remarks>
/// <example>
/// <summary>All brokers, one at a time</summary>
/// <code>Restart-KafkaBroker -Namespace the-project</code>
/// <para>Returns when the last one is back in sync.</para>
/// </example>
/// <example>
/// <summary>What it would do</summary>
/// <code>Restart-KafkaBroker -WhatIf | Format-Table Number, Action, Target, Reason, BlockedBy</code>
/// <para>The steps in order, each with its reason and with what could hold it.</para>
/// </example>
/// <example>
/// <summary>The brokers that aren't ready, and how long each took</summary>
/// <code>Get-KafkaBroker | Where-Object IsReady -eq $false | Restart-KafkaBroker -PassThru</code>
/// <para>They come from the pipeline; one plan is made for all of them.</para>
/// </example>
/// <example>
/// <summary>One broker by its id</summary>
/// <code>Restart-KafkaBroker -Id 2 -Timeout 120</code>
/// <para>No step takes longer than two minutes.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Restart, "KafkaBroker", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(KafkaChange), typeof(KafkaChangeBlocker))]
public sealed class RestartKafkaBrokerCommand : ChangeCmdlet
{
    private const string ByName = "ByName";
    private const string ById = "ById";
    private const string ByObject = "ByObject";

    private readonly List<Request> _requests = [];

    /// <summary>The brokers, by the names of their pods; wildcards are allowed. All of them when not given; <c>$null</c> is refused.</summary>
    [Parameter(Position = 0, ParameterSetName = ByName)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BrokerCompleter))]
    public string[]? Name { get; set; }

    /// <summary>The brokers, by their ids.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ById)]
    [NumberListTransformation("id of a broker")]
    [ValidateRange(0, int.MaxValue)]
    public int[]? Id { get; set; }

    /// <summary>A broker, as <c>Get-KafkaBroker</c> returns it, or a cluster, for all of its brokers.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByObject)]
    public object? InputObject { get; set; }

    /// <summary>Doesn't wait for replicas. The order stays, and each broker is ready before the next one goes down.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ReadConsent();
        Choose();
        _requests.Add(new Request(Choice, Names()));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var cluster in _requests.GroupBy(request => request.Choice))
        {
            var names = cluster.Any(request => request.Names is null) ? null : cluster.SelectMany(request => request.Names!).Distinct().ToArray();
            Run((pipeline, cancellation) => RestartAsync(pipeline, cluster.Key, names, cancellation));
        }
    }

    private protected override Task<ChangePlan> PlanAsync(
        CommandPipeline pipeline, Engine.Kubernetes.KubernetesConnection connection, CancellationToken cancellation)
        => throw new InvalidOperationException("Plans are made for all records together.");

    // Null is all brokers; a name that starts with '#' is an id, which no pod's name does.
    private string[]? Names()
    {
        var given = InputObject is PSObject wrapped ? wrapped.BaseObject : InputObject;
        return ParameterSetName switch
        {
            ById => [.. Id!.Select(id => string.Create(CultureInfo.InvariantCulture, $"#{id}"))],
            ByObject => given switch
            {
                KafkaBroker broker => [broker.Name],
                string name => [name],
                KafkaCluster => null,
                _ => throw new PSArgumentException($"{given} is neither a broker nor a cluster."),
            },
            _ => Name,
        };
    }

    private async Task RestartAsync(CommandPipeline pipeline, SessionDefaults choice, string[]? names, CancellationToken cancellation)
    {
        using var connection = await ConnectAsync(pipeline, choice, cancellation);
        var state = await new ClusterSearch(connection).FindAsync(choice.Cluster ?? SessionDefaults.UsualCluster, cancellation);
        var all = state.Brokers?.Members ?? [];
        var wanted = names?.Select(name => name.StartsWith('#') ? $"{state.Identity.BrokerSet}-{name[1..]}" : name).ToArray();
        var members = await NameSelection.SelectAsync(pipeline, wanted, all, member => member.Name, name => NotFound(name, state));
        if (wanted is not null && members.Count == 0)
        {
            return;
        }

        var plan = await new BrokerChanges(connection).PlanRestartAsync(
            state.Identity, wanted is null ? null : [.. members.Select(member => member.Name)], Force, cancellation);
        await RunPlanAsync(pipeline, connection, choice.KubeConfig, plan, cancellation);
    }

    private static ErrorRecord NotFound(string name, ClusterState state) => KafkaErrors.Create(
        "MemberNotFound",
        ErrorCategory.ObjectNotFound,
        name,
        $"The Kafka cluster {state.Identity} has no broker \"{name}\".",
        "Names are those of the pods, such as kafka-0; -Id takes a broker's id.");

    // A class: a list of structures that hold other types would load them together with this cmdlet's type.
    private sealed class Request(SessionDefaults choice, string[]? names)
    {
        public SessionDefaults Choice { get; } = choice;

        public string[]? Names { get; } = names;
    }
}
