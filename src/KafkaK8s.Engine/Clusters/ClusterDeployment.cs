using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters;

/// <summary>
/// Makes a cluster what it is specified to be: server-side apply of every resource, all at once. What can't be applied shows in a dry
/// run before anything is changed. It does not wait for pods: that is <see cref="ClusterWait"/>.
/// </summary>
/// <param name="connection">Where.</param>
public sealed partial class ClusterDeployment(KubernetesConnection connection)
{
    /// <summary>Deploys the parts of a cluster that the specification has.</summary>
    /// <param name="specification">What it should be.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends it at once; what was already applied stays.</param>
    /// <exception cref="EngineException">
    /// The specification can't be (<see cref="EngineErrorKind.InvalidArgument"/>); <c>NamespaceNotFound</c>, <c>NamespaceTerminating</c>,
    /// <c>ClusterIsKraft</c>, <c>FieldManagerConflict</c> with the other manager's name, <c>ClientDiffers</c>, <c>ResourceTerminating</c>, <c>BrokersNotDrained</c>,
    /// <c>EnsembleIsStaged</c>, or the server's refusal.
    /// None of these changed anything in a namespace that was there before.
    /// </exception>
    public async Task<DeploymentResult> DeployAsync(ClusterSpecification specification, DeploymentOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(options);
        SpecificationRules.CheckIdentity(specification.Identity);
        var space = await new NamespaceOperations(connection).FindAsync(specification.Identity.Namespace, cancellation);
        var (namespaceState, resources) = await LookAsync(specification, space, cancellation);

        var done = new List<ResourceDeployment>();
        if (namespaceState == NamespacePresence.Missing && specification.IncludeNamespace)
        {
            done.Add(await new NamespaceOperations(connection).CreateAsync(specification.Identity.Namespace, options.DryRun, cancellation));
            if (options.DryRun)
            {
                // The server can't be asked about what would be in a namespace that isn't there.
                done.AddRange(resources.Select(resource => Describe(resource, resource.Body, ResourceOutcome.Created)));
                return new DeploymentResult(specification.Identity, true, done);
            }
        }

        var rehearsed = await Task.WhenAll(resources.Select(resource => RehearseAsync(resource, specification.Preset, options, cancellation)));
        WarnOfOldPods(specification.Identity, rehearsed);
        done.AddRange(options.DryRun
            ? rehearsed.Select(rehearsal => rehearsal.Deployment)
            : await Task.WhenAll(rehearsed.Select(rehearsal => ApplyAsync(rehearsal, options, cancellation))));
        return new DeploymentResult(specification.Identity, options.DryRun, done);
    }

    private enum NamespacePresence
    {
        Present,
        Missing,
    }

    /// <summary>A resource as it is to be, and as it is.</summary>
    private sealed record Target(JsonObject Body, JsonObject? Live);

    /// <summary>What the server said that would come of a resource, where it could say.</summary>
    private sealed record Rehearsal(Target Target, ResourceDeployment Deployment, bool NeedsApply, bool IsKnown = true, bool TakesOverOwn = false);

    private async Task<(NamespacePresence Presence, IReadOnlyList<Target> Resources)> LookAsync(
        ClusterSpecification specification, NamespaceState? space, CancellationToken cancellation)
    {
        var identity = specification.Identity;
        if (space is null)
        {
            if (!specification.IncludeNamespace)
            {
                throw new EngineException(
                    "NamespaceNotFound",
                    EngineErrorKind.NotFound,
                    identity.Namespace,
                    $"There is no namespace \"{identity.Namespace}\" in context \"{connection.ContextName}\".",
                    "Create it with New-KafkaNamespace, or name another with -Namespace.");
            }

            return (NamespacePresence.Missing, (await MakeAsync(specification, cancellation)).Select(manifest => new Target(manifest.Body, null)).ToList());
        }

        if (space.IsTerminating)
        {
            throw NamespaceOperations.Terminating(identity.Namespace);
        }

        var sets = await Task.WhenAll(new[] { identity.ZookeeperSet, identity.BrokerSet }
            .Select(name => connection.Resources.FindAsync(new ResourceReference("apps/v1", "StatefulSet", identity.Namespace, name), cancellation)));
        RefuseKraft(specification, sets[1]);
        var manifests = await MakeAsync(KeepReplicas(WithBrokersImage(specification, sets[1]), sets[0], sets[1]), cancellation);
        return (NamespacePresence.Present, await Task.WhenAll(manifests.Select(manifest => TargetAsync(specification, manifest, sets, cancellation))));
    }

    // The recipes are for brokers on ZooKeeper: on brokers that keep the metadata themselves they would break what runs.
    private static void RefuseKraft(ClusterSpecification specification, JsonObject? brokers)
    {
        if (brokers is not null && ClusterSnapshot.IsKraftSet(brokers) && (specification.Zookeeper is not null || specification.Brokers is not null))
        {
            throw new EngineException(
                "ClusterIsKraft",
                EngineErrorKind.NotSupported,
                specification.Identity.Name,
                $"The brokers of {specification.Identity} keep the cluster's metadata themselves (KRaft), and the presets are for brokers on ZooKeeper. Nothing was changed.",
                "Change its StatefulSet with the tool that made it, or name another cluster with -Cluster.");
        }
    }

    // A client on its own takes after the brokers that it is for, whoever made them.
    private static ClusterSpecification WithBrokersImage(ClusterSpecification specification, JsonObject? brokers) =>
        specification is { Brokers: null, Client: { Image: null } client } && brokers is not null && ClusterSnapshot.IsBrokerSet(brokers)
            ? specification with { Client = client with { Image = ClusterSnapshot.Image(brokers) } }
            : specification;

    private async Task<IReadOnlyList<Manifest>> MakeAsync(ClusterSpecification specification, CancellationToken cancellation) =>
        ClusterManifests.Create(
            specification with { IncludeNamespace = false }, await BudgetVersions.OfAsync(connection, cancellation), connection.Observer.Warning);

    // Nobody means to scale a cluster down by leaving the number out.
    private static ClusterSpecification KeepReplicas(ClusterSpecification specification, JsonObject? zookeeper, JsonObject? brokers) => specification with
    {
        Zookeeper = specification.Zookeeper is { } ensemble
            ? ensemble with { Replicas = ensemble.Replicas ?? ClusterManifests.OverriddenReplicas(ensemble.Override) ?? (int?)zookeeper?["spec"]?["replicas"] }
            : null,
        Brokers = specification.Brokers is { } wanted
            ? wanted with { Replicas = wanted.Replicas ?? ClusterManifests.OverriddenReplicas(wanted.Override) ?? (int?)brokers?["spec"]?["replicas"] }
            : null,
    };

    private async Task<Target> TargetAsync(
        ClusterSpecification specification, Manifest manifest, IReadOnlyList<JsonObject?> sets, CancellationToken cancellation)
    {
        var live = manifest.Kind == "StatefulSet"
            ? sets.FirstOrDefault(set => (string?)set?["metadata"]?["name"] == manifest.Name)
            : await connection.Resources.FindAsync(ResourceReference.Of(manifest.Body), cancellation);
        if (live?["metadata"]?["deletionTimestamp"] is not null)
        {
            throw new EngineException(
                "ResourceTerminating",
                EngineErrorKind.Conflict,
                manifest.Name,
                $"{manifest} is being deleted.",
                "Wait until it is gone, then try again.");
        }

        if (manifest.Kind != "StatefulSet" || live is null)
        {
            return new Target(manifest.Body, live);
        }

        WarnOfFixedClaims(specification, manifest, live);
        return new Target(StatefulSetTakeover.Fit(manifest.Body, live), live);
    }

    private void WarnOfFixedClaims(ClusterSpecification specification, Manifest manifest, JsonObject live)
    {
        var isEnsemble = manifest.Name == specification.Identity.ZookeeperSet;
        var asked = isEnsemble
            ? specification.Zookeeper?.StorageSize ?? specification.Zookeeper?.StorageClass
            : specification.Brokers?.StorageSize ?? specification.Brokers?.StorageClass;
        if (asked is not null && FieldDifferences.Between(ClaimsOnly(live), ClaimsOnly(manifest.Body)).Any(change => change.After is not null))
        {
            connection.Observer.Warning($"{manifest.Name} is already there, and the claims of a StatefulSet can't be changed: its storage stays as it is.");
        }
    }

    private static JsonObject ClaimsOnly(JsonObject set) =>
        new() { ["spec"] = new JsonObject { ["volumeClaimTemplates"] = set["spec"]?["volumeClaimTemplates"]?.DeepClone() } };

    private async Task<Rehearsal> RehearseAsync(Target target, ClusterPreset preset, DeploymentOptions options, CancellationToken cancellation)
    {
        try
        {
            var would = (await connection.Resources.ApplyAsync(target.Body, new ApplyOptions(DryRun: true, options.Force), cancellation)).Resource;
            await RequireStepsAsync(target, would, cancellation);
            var deployment = Describe(target, would, null);
            return new Rehearsal(target, deployment, deployment.Outcome != ResourceOutcome.Unchanged || !HasSameManagers(target.Live, would));
        }
        catch (EngineException refusal) when (refusal.Id == "DryRunNotSupported" && !options.DryRun)
        {
            // Only the change itself can tell, then.
            await RequireStepsAsync(target, target.Body, cancellation);
            return new Rehearsal(target, Describe(target, target.Body, null), true, IsKnown: false);
        }
        catch (EngineException conflict) when (conflict.Id == "FieldManagerConflict" && !options.Force && ResourceClient.IsOwnConflict(conflict))
        {
            // What Set- changed was patched, which the server holds for another manager of the same name.
            return await RehearseAsync(target, preset, options with { Force = true }, cancellation) with { TakesOverOwn = true };
        }
        catch (EngineException conflict) when (conflict.Id == "FieldManagerConflict" && preset == ClusterPreset.Standard)
        {
            throw new EngineException(
                conflict.Id,
                conflict.Kind,
                conflict.Target,
                conflict.Message,
                $"{conflict.Advice} A cluster that was made from the article's files is taken over as it is with -Preset Article.",
                conflict);
        }
        catch (EngineException refusal) when (refusal.Id == "ResourceInvalid" && target.Live is not null && (string?)target.Body["kind"] == "Pod")
        {
            return options.Force
                ? new Rehearsal(target, Describe(target, target.Body, ResourceOutcome.Replaced), true)
                : throw new EngineException(
                    "ClientDiffers",
                    EngineErrorKind.Conflict,
                    (string?)target.Body["metadata"]?["name"],
                    $"The test client is already there, and differs in what can't be changed in a pod: {refusal.Message}",
                    "Remove it with Remove-KafkaClient, or have it replaced with -Force.",
                    refusal);
        }
    }

    private async Task<ResourceDeployment> ApplyAsync(Rehearsal rehearsal, DeploymentOptions options, CancellationToken cancellation)
    {
        if (!rehearsal.NeedsApply)
        {
            return rehearsal.Deployment;
        }

        if (rehearsal.Deployment.Outcome == ResourceOutcome.Replaced)
        {
            await new ResourceDeletion(connection).DeleteAsync([ResourceReference.Of(rehearsal.Target.Body)], null, cancellation);
        }

        var applied = await connection.Resources.ApplyAsync(
            rehearsal.Target.Body, new ApplyOptions(Force: options.Force || rehearsal.TakesOverOwn), cancellation);
        return rehearsal.IsKnown ? rehearsal.Deployment : Describe(rehearsal.Target, applied.Resource, null);
    }

    private static ResourceDeployment Describe(Target target, JsonObject after, ResourceOutcome? outcome)
    {
        var changes = FieldDifferences.Between(target.Live, outcome == ResourceOutcome.Replaced || target.Live is null ? target.Body : after);
        return new ResourceDeployment(
            (string)target.Body["kind"]!,
            (string?)target.Body["metadata"]?["namespace"],
            (string)target.Body["metadata"]!["name"]!,
            outcome ?? (target.Live is null ? ResourceOutcome.Created : changes.Count > 0 ? ResourceOutcome.Changed : ResourceOutcome.Unchanged),
            changes);
    }

    // An apply that changes no field may still make us an owner of it.
    private static bool HasSameManagers(JsonObject? live, JsonObject would) =>
        JsonNode.DeepEquals(Ours(live), Ours(would));

    private static JsonNode? Ours(JsonObject? resource) =>
        (resource?["metadata"]?["managedFields"] as JsonArray)?
            .FirstOrDefault(entry => (string?)entry?["manager"] == ResourceClient.FieldManager && (string?)entry?["operation"] == "Apply")?["fieldsV1"];

    // The presets update OnDelete, so that restarts are somebody's decision.
    private void WarnOfOldPods(ClusterIdentity identity, IEnumerable<Rehearsal> rehearsed)
    {
        foreach (var name in rehearsed
            .Where(rehearsal => rehearsal.Target.Live is not null && (string?)rehearsal.Target.Body["kind"] == "StatefulSet"
                && (string?)rehearsal.Target.Body["spec"]?["updateStrategy"]?["type"] == "OnDelete"
                && rehearsal.Deployment.Changes.Any(change => change.Path.StartsWith("spec.template.", StringComparison.Ordinal)))
            .Select(rehearsal => rehearsal.Deployment.Name))
        {
            connection.Observer.Warning($"The pods of {name} in {identity.Namespace} take the changes on when they are restarted; until then they run as they are. {(name == identity.BrokerSet ? "Set-KafkaBroker" : "Set-KafkaZookeeper")} without more restarts them, one at a time.");
        }
    }
}
