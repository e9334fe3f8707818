using System.Management.Automation;
using KafkaK8s.Completers;
using KafkaK8s.Diagnostics;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Clusters.Ensembles;
using KafkaK8s.Session;

namespace KafkaK8s.Commands;

/// <summary>Restarts members of a Kafka cluster's ensemble one at a time, without the ensemble losing its quorum.</summary>
/// <remarks>
/// <para>Members that serve nobody come first, then followers, the leader last: whoever leads when its turn comes waits for the others. Before each one it
/// waits until all others serve, know all that the leader knows, and are a majority without it; after each one until it does the same. The members are asked themselves, through a
/// port-forward; one that is ready and gives no answer holds it too, and where their configuration doesn't let them answer <c>srvr</c> it refuses with
/// <c>EnsembleMayNotSay</c>. What holds it comes out as objects while it waits, and as the error <c>RestartBlocked</c>, or <c>QuorumAtRisk</c> where the quorum would be lost, when
/// <c>-Timeout</c> has passed.</para>
/// <para>A member whose data is in its pod (the article's emptyDir) begins empty and gets everything from the leader again. The next one is not touched before it has.</para>
/// <para>A restarted member takes on the list of servers that the StatefulSet has by now. Where that differs from the others' by more than one member it refuses with
/// <c>EnsembleInconsistent</c>, because the ensemble could get two leaders: <c>Set-KafkaZookeeper</c> brings it to one list.</para>
/// <para>It can be stopped at any time. The first step notes down which pods are to be restarted, in an annotation of the StatefulSet: the same command again finds there
/// which of them are left, restarts only these, and waits for those that were restarted and are not back yet; a warning says so. The last step takes the note away.</para>
/// <para><c>-WhatIf</c> returns the plan as objects and changes nothing. <c>-Force</c> waits for the pods only: who is ready counts as a member that serves and has caught up. The order stays; with
/// another member down it takes none down either, and where data would be lost it changes nothing.</para>
/// </remarks>
/// <example>
/// <summary>All members, one at a time</summary>
/// <code>Restart-KafkaZookeeper -Namespace the-project</code>
/// <para>Returns when the last one, which led, is back.</para>
/// </example>
/// <example>
/// <summary>What it would do</summary>
/// <code>Restart-KafkaZookeeper -WhatIf | Format-Table Number, Action, Target, Reason</code>
/// <para>The steps in order, each with its reason.</para>
/// </example>
/// <example>
/// <summary>Those that serve nobody, in a script</summary>
/// <code>Get-KafkaZookeeper | Where-Object Mode -eq $null | Restart-KafkaZookeeper -Timeout 120 -PassThru</code>
/// <para>They come from the pipeline; one plan is made for all of them.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Restart, "KafkaZookeeper", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(KafkaChange), typeof(KafkaChangeBlocker))]
public sealed class RestartKafkaZookeeperCommand : ChangeCmdlet
{
    private const string ByName = "ByName";
    private const string ByObject = "ByObject";

    private readonly List<Request> _requests = [];

    /// <summary>The members, by the names of their pods; wildcards are allowed. All of them when not given; <c>$null</c> is refused.</summary>
    [Parameter(Position = 0, ParameterSetName = ByName)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ZookeeperCompleter))]
    public string[]? Name { get; set; }

    /// <summary>A member, as <c>Get-KafkaZookeeper</c> returns it, or a cluster, for all of its members.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByObject)]
    public object? InputObject { get; set; }

    /// <summary>Waits for the pods only: who is ready counts as a member that serves and has caught up. The order stays; a second member is not taken down, nor data lost.</summary>
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

    private protected override Task<Engine.Clusters.Changes.ChangePlan> PlanAsync(
        CommandPipeline pipeline, Engine.Kubernetes.KubernetesConnection connection, CancellationToken cancellation)
        => throw new InvalidOperationException("Plans are made for all records together.");

    // Null is all members.
    private string[]? Names()
    {
        var given = InputObject is PSObject wrapped ? wrapped.BaseObject : InputObject;
        return ParameterSetName != ByObject
            ? Name
            : given switch
            {
                KafkaZookeeper member => [member.Name],
                string name => [name],
                KafkaCluster => null,
                _ => throw new PSArgumentException($"{given} is neither a member of an ensemble nor a cluster."),
            };
    }

    private async Task RestartAsync(CommandPipeline pipeline, SessionDefaults choice, string[]? names, CancellationToken cancellation)
    {
        using var connection = await ConnectAsync(pipeline, choice, cancellation);
        var state = await new ClusterSearch(connection).FindAsync(choice.Cluster ?? SessionDefaults.UsualCluster, cancellation);
        var members = await NameSelection.SelectAsync(pipeline, names, state.Zookeeper?.Members ?? [], member => member.Name, name => NotFound(name, state));
        if (names is not null && members.Count == 0)
        {
            return;
        }

        var plan = await new EnsembleChanges(connection).PlanRestartAsync(
            state.Identity, names is null ? null : [.. members.Select(member => member.Name)], Force, cancellation);
        await RunPlanAsync(pipeline, connection, choice.KubeConfig, plan, cancellation);
    }

    private static ErrorRecord NotFound(string name, ClusterState state) => KafkaErrors.Create(
        "MemberNotFound",
        ErrorCategory.ObjectNotFound,
        name,
        $"The ensemble of the Kafka cluster {state.Identity} has no member \"{name}\".",
        "Names are those of the pods, such as kafka-zookeeper-0.");

    // A class: a list of structures that hold other types would load them together with this cmdlet's type.
    private sealed class Request(SessionDefaults choice, string[]? names)
    {
        public SessionDefaults Choice { get; } = choice;

        public string[]? Names { get; } = names;
    }
}
