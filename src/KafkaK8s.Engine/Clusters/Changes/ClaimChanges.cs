using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>Lets claims of a StatefulSet's members grow, and keeps or deletes those of members that leave.</summary>
internal sealed class ClaimChanges(LiveSets sets)
{
    /// <summary>The work that grows the claims of members.</summary>
    /// <param name="set">The StatefulSet.</param>
    /// <param name="size">The size that each is to have.</param>
    /// <param name="template">The name of the claim template that is meant where there are several.</param>
    /// <param name="members">How many members there are to be.</param>
    /// <param name="cancellation">Ends the questions at once.</param>
    /// <exception cref="EngineException">
    /// <c>NoClaims</c>, <c>StorageShrinks</c> or <c>StorageNotExpandable</c>: nothing was changed.
    /// </exception>
    public async Task<IReadOnlyList<ChangeWork>> GrowAsync(LiveSet set, string size, string template, int members, CancellationToken cancellation)
    {
        var templates = StatefulSetTakeover.Claims(set.Set["spec"]);
        var meant = templates.Contains(template) ? template : templates.Count == 1 ? templates[0] : throw NoClaims(set, templates);
        var wanted = Amount(size);
        var growing = new List<(string Claim, int Member)>();
        var steps = new List<ChangeStep>();
        foreach (var claim in (await ListAsync(cancellation)).Where(claim => Ordinal(claim, meant, set) < members))
        {
            var asked = Amount((string?)claim["spec"]?["resources"]?["requests"]?["storage"]);
            var present = Amount((string?)claim["status"]?["capacity"]?["storage"]);
            if (wanted < Math.Max(asked, present))
            {
                throw Shrinks(claim, size);
            }

            if (wanted > asked)
            {
                await RequireExpandableAsync(claim, cancellation);
            }

            if (wanted > present)
            {
                var member = Ordinal(claim, meant, set)!.Value;
                growing.Add((Name(claim), member));
                steps.Add(new ChangeStep(
                    ChangeAction.GrowClaim,
                    Name(claim),
                    (string?)claim["status"]?["capacity"]?["storage"] ?? (string?)claim["spec"]?["resources"]?["requests"]?["storage"],
                    size,
                    "asked for",
                    AwaitsStart(claim) ? $"{set.Member(member)}, whose file system grows when the pod starts the next time" : "the storage driver, which grows the volume"));
            }
        }

        // All are asked for before one is waited for: where the file systems grow with a restart only, one restart of each pod is enough.
        return steps.Count == 0 ? [] : [new ChangeWork(steps, (run, stop) => GrowAsync(run, set, growing, size, wanted, stop))];
    }

    /// <summary>The claims of members from an ordinal on.</summary>
    public async Task<IReadOnlyList<JsonObject>> LeftBehindAsync(LiveSet set, int from, CancellationToken cancellation)
    {
        var templates = StatefulSetTakeover.Claims(set.Set["spec"]);
        return templates.Count == 0
            ? []
            : [.. (await ListAsync(cancellation)).Where(claim => templates.Any(template => Ordinal(claim, template, set) >= from)).OrderBy(Name, StringComparer.Ordinal)];
    }

    /// <summary>The work that names a claim that stays, or deletes one.</summary>
    public ChangeWork LeaveBehind(JsonObject claim, bool delete)
    {
        var capacity = (string?)claim["status"]?["capacity"]?["storage"];
        return delete
            ? new ChangeWork(
                new ChangeStep(ChangeAction.DeleteClaim, Name(claim), capacity, null, "its broker left, and its data was to be deleted too"),
                (run, cancellation) => DeleteAsync(run, claim, cancellation))
            : new ChangeWork(
                new ChangeStep(ChangeAction.KeepClaim, Name(claim), capacity, capacity, "its broker left; the data stays until the claim is deleted, and is taken up again by a broker of that id"),
                static (_, _) => Task.CompletedTask);
    }

    private async Task GrowAsync(
        StepRun run, LiveSet set, IReadOnlyList<(string Claim, int Member)> growing, string size, decimal wanted, CancellationToken cancellation)
    {
        var patch = new JsonObject
        {
            ["spec"] = new JsonObject { ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = size } } },
        };
        foreach (var (claim, _) in growing)
        {
            await run.RepeatAsync(stop => sets.Connection.Resources.PatchAsync(Reference(claim), PatchKind.Merge, patch.DeepClone(), stop), cancellation);
        }

        var left = new List<(JsonObject Claim, int Member)>();
        await run.UntilAsync(
            async stop =>
            {
                left.Clear();
                foreach (var (name, member) in growing)
                {
                    var seen = await sets.Connection.Resources.GetAsync(Reference(name), stop);
                    if (Amount((string?)seen["status"]?["capacity"]?["storage"]) < wanted)
                    {
                        left.Add((seen, member));
                    }
                }

                if (left.Count > 0)
                {
                    run.Report($"{Name(left[0].Claim)}: {Condition(left[0].Claim)}");
                }

                return left.Count == 0;
            },
            () => NotGrown(set, left, size),
            cancellation);
    }

    private async Task DeleteAsync(StepRun run, JsonObject claim, CancellationToken cancellation)
    {
        await run.RepeatAsync(
            stop => sets.Connection.Resources.DeleteAsync(Reference(Name(claim)), new DeleteOptions(Uid: (string?)claim["metadata"]?["uid"]), stop), cancellation);
        await run.UntilAsync(
            async stop => await sets.Connection.Resources.FindAsync(Reference(Name(claim)), stop) is not { } live
                || (string?)live["metadata"]?["uid"] != (string?)claim["metadata"]?["uid"],
            () => new EngineException(
                "RemovalNotFinished",
                EngineErrorKind.Timeout,
                Name(claim),
                $"The claim {Name(claim)} is deleted, and not gone in time; a pod may still use it.",
                "The deletion goes on by itself."),
            cancellation);
    }

    private async Task RequireExpandableAsync(JsonObject claim, CancellationToken cancellation)
    {
        if ((string?)claim["spec"]?["storageClassName"] is not { Length: > 0 } name)
        {
            throw NotExpandable(claim, "it has no storage class");
        }

        JsonObject? storageClass;
        try
        {
            storageClass = await sets.Connection.Resources.FindAsync(new ResourceReference("storage.k8s.io/v1", "StorageClass", null, name), cancellation);
        }
        catch (EngineException failure) when (failure.Kind == EngineErrorKind.PermissionDenied)
        {
            // Who may not look learns it from the server, before the first claim has changed.
            return;
        }

        if (storageClass is null || (bool?)storageClass["allowVolumeExpansion"] != true)
        {
            throw NotExpandable(claim, storageClass is null ? $"its storage class \"{name}\" does not exist" : $"its storage class \"{name}\" has no allowVolumeExpansion");
        }
    }

    private Task<IReadOnlyList<JsonObject>> ListAsync(CancellationToken cancellation) =>
        sets.Connection.Resources.ListAsync(new ResourceQuery("v1", "PersistentVolumeClaim", sets.Cluster.Namespace), cancellation);

    private ResourceReference Reference(string name) => new("v1", "PersistentVolumeClaim", sets.Cluster.Namespace, name);

    private static string Condition(JsonObject claim) =>
        (claim["status"]?["conditions"] as JsonArray ?? []).Select(condition => $"{(string?)condition?["type"]} {(string?)condition?["message"]}".TrimEnd()).LastOrDefault()
        ?? "the storage driver has not begun";

    // The volume has grown, and the file system in it has not: drivers that can't do it under a running pod do it when one starts.
    private static bool AwaitsStart(JsonObject claim) => PodReading.Condition(claim, "FileSystemResizePending") is { } pending && (string?)pending["status"] == "True";

    private static decimal Amount(string? size) => Quantity.TryParse(size, out var amount) ? amount.Value : 0;

    private static string Name(JsonObject claim) => (string)claim["metadata"]!["name"]!;

    // A StatefulSet names its claims TEMPLATE-SET-ORDINAL.
    private static int? Ordinal(JsonObject claim, string template, LiveSet set) =>
        Name(claim) is var name && $"{template}-{set.Name}-" is var prefix && name.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            ? ordinal
            : null;

    private EngineException NotGrown(LiveSet set, List<(JsonObject Claim, int Member)> left, string size)
    {
        var waiting = left.Where(entry => AwaitsStart(entry.Claim)).Select(entry => entry.Member).ToList();
        return new EngineException(
            "ClaimNotGrown",
            EngineErrorKind.Timeout,
            Name(left[0].Claim),
            $"Claims were asked to grow to {size}, and did not in time: {string.Join("; ", left.Select(entry => $"{Name(entry.Claim)} has {(string?)entry.Claim["status"]?["capacity"]?["storage"]}: {Condition(entry.Claim)}"))}.",
            waiting.Count > 0
                ? $"The volumes have grown, and the file systems in them grow when their pods start: {Restart(set, waiting)}."
                : "The storage driver goes on by itself; its events are at the claim.");
    }

    private string Restart(LiveSet set, List<int> members) => sets.Cluster.Line(set.Name == sets.Cluster.ZookeeperSet
        ? $"Restart-KafkaZookeeper {string.Join(", ", members.Select(set.Member))}"
        : $"Restart-KafkaBroker -Id {string.Join(", ", members.Select(member => member.ToString(CultureInfo.InvariantCulture)))}");

    private static EngineException NoClaims(LiveSet set, IReadOnlyList<string> templates) => new(
        "NoClaims",
        EngineErrorKind.InvalidArgument,
        set.Name,
        templates.Count == 0
            ? $"{set.Name} keeps its data in no claims, so there is none that could grow. Nothing was changed."
            : $"{set.Name} has several claims a member ({string.Join(", ", templates)}), and none has the usual name. Nothing was changed.",
        "The claims of a StatefulSet are fixed when it is made.");

    private static EngineException Shrinks(JsonObject claim, string size) => new(
        "StorageShrinks",
        EngineErrorKind.InvalidArgument,
        Name(claim),
        $"The claim {Name(claim)} has {(string?)claim["status"]?["capacity"]?["storage"] ?? (string?)claim["spec"]?["resources"]?["requests"]?["storage"]}, and no claim can shrink to {size}. Nothing was changed.",
        "For smaller claims, drain a broker and have it made anew on a claim of that size, one after the other.");

    private static EngineException NotExpandable(JsonObject claim, string why) => new(
        "StorageNotExpandable",
        EngineErrorKind.NotSupported,
        Name(claim),
        $"The claim {Name(claim)} can't grow: {why}. Nothing was changed.",
        "Have allowVolumeExpansion set on the storage class, if its driver can do it.");
}
