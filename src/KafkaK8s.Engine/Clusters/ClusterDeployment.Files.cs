using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Clusters;

/// <content>Manifests from files instead of a specification.</content>
public sealed partial class ClusterDeployment
{
    private const string BudgetKind = "PodDisruptionBudget";

    /// <summary>
    /// Applies manifests as they are, whatever their kinds: what the server doesn't have, or refuses, shows before anything is changed.
    /// Only the version of disruption budgets follows the server.
    /// </summary>
    /// <param name="documents">The manifests.</param>
    /// <param name="onlyNamespace">The namespace that all of them have to be for; null to leave it to each, and those that name none to the connection's.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends it at once; what was already applied stays.</param>
    /// <exception cref="EngineException">
    /// <c>NothingToImport</c>, <c>ApiNotFound</c>, <c>NamespaceDiffers</c>, <c>ManifestTwice</c>, <c>NamespaceNotFound</c>, <c>NamespaceTerminating</c>, <c>FieldManagerConflict</c>,
    /// <c>ResourceTerminating</c>, <c>BrokersNotDrained</c>, <c>EnsembleIsStaged</c>, or the server's refusal, with the file and the document. None of these changed anything in a namespace that was there before.
    /// </exception>
    public async Task<ManifestImport> ImportAsync(
        IReadOnlyList<ManifestDocument> documents, string? onlyNamespace, DeploymentOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(options);
        if (documents.Count == 0)
        {
            throw new EngineException("NothingToImport", EngineErrorKind.InvalidArgument, null, "There is no resource in the files.", "Name files with manifests, or a folder of them.");
        }

        var budgetVersions = documents.Any(document => (string?)document.Body["kind"] == BudgetKind) ? await BudgetVersions.OfAsync(connection, cancellation) : null;
        var placed = new List<ManifestDocument>();
        foreach (var document in documents)
        {
            placed.Add(await OfFileAsync(document, () => PlaceAsync(document, onlyNamespace, budgetVersions, cancellation)));
        }

        RefuseTwice(placed);
        var missing = await MissingNamespacesAsync(placed, cancellation);
        var spaces = placed.Where(IsNamespace).ToList();
        var others = placed.Except(spaces).ToList();
        var (inNew, inOld) = (others.Where(document => missing.Contains(NamespaceOf(document))).ToList(), others.Where(document => !missing.Contains(NamespaceOf(document))).ToList());

        // What can be refused is asked for before the first namespace is made.
        var spaceRehearsals = await RehearseFilesAsync(spaces, options, cancellation);
        var rehearsals = await RehearseFilesAsync(inOld, options, cancellation);
        if (options.DryRun)
        {
            var created = inNew.ToDictionary(document => document, document => Describe(new Target(document.Body, null), document.Body, ResourceOutcome.Created));
            return Result(spaceRehearsals.Select(rehearsal => rehearsal.Deployment).Concat(others.Select(document => created.GetValueOrDefault(document) ?? rehearsals[inOld.IndexOf(document)].Deployment)));
        }

        var done = (await Task.WhenAll(spaceRehearsals.Select(rehearsal => ApplyAsync(rehearsal, options, cancellation)))).ToList();
        var late = await RehearseFilesAsync(inNew, options, cancellation);
        var all = others.Select(document => inNew.IndexOf(document) is >= 0 and var index ? late[index] : rehearsals[inOld.IndexOf(document)]).ToList();
        foreach (var cluster in all.GroupBy(rehearsal => (string?)rehearsal.Target.Body["metadata"]?["namespace"] ?? ""))
        {
            WarnOfOldPods(new ClusterIdentity(cluster.Key), cluster);
        }

        done.AddRange(await Task.WhenAll(all.Select(rehearsal => ApplyAsync(rehearsal, options, cancellation))));
        return Result(done);

        ManifestImport Result(IEnumerable<ResourceDeployment> resources) => new(options.DryRun, [.. resources], ImportedCluster.Of(placed));
    }

    private static bool IsNamespace(ManifestDocument document) => (string?)document.Body["kind"] == "Namespace";

    private static string NamespaceOf(ManifestDocument document) => (string?)document.Body["metadata"]?["namespace"] ?? "";

    private async Task<ManifestDocument> PlaceAsync(
        ManifestDocument document, string? onlyNamespace, IReadOnlySet<string>? budgetVersions, CancellationToken cancellation)
    {
        var body = document.Body.DeepClone().AsObject();
        var (version, kind) = ((string)body["apiVersion"]!, (string)body["kind"]!);
        if (kind == BudgetKind && budgetVersions is { Count: > 0 } && !budgetVersions.Contains(version))
        {
            body["apiVersion"] = version = budgetVersions.Order(StringComparer.Ordinal).First();
        }

        if ((await connection.Resources.TypeAsync(version, kind, cancellation)).IsNamespaced)
        {
            var space = (string?)body["metadata"]!["namespace"];
            if (onlyNamespace is not null && space is not null && space != onlyNamespace)
            {
                throw new EngineException(
                    "NamespaceDiffers",
                    EngineErrorKind.InvalidArgument,
                    (string?)body["metadata"]!["name"],
                    $"{kind} {(string?)body["metadata"]!["name"]} is for the namespace \"{space}\", and \"{onlyNamespace}\" was asked for. Nothing was changed.",
                    "Leave out -Namespace, or change the file.");
            }

            body["metadata"]!["namespace"] = space ?? onlyNamespace ?? connection.Namespace;
        }

        return document with { Body = body };
    }

    private static void RefuseTwice(IEnumerable<ManifestDocument> documents)
    {
        var twice = documents.GroupBy(document => ResourceReference.Of(document.Body)).FirstOrDefault(same => same.Count() > 1);
        if (twice is not null)
        {
            throw new EngineException(
                "ManifestTwice",
                EngineErrorKind.InvalidArgument,
                twice.Key.Name,
                $"{twice.Key} is there twice: {string.Join("; ", twice)}. Nothing was changed.",
                "Keep one of them.");
        }
    }

    private async Task<IReadOnlySet<string>> MissingNamespacesAsync(IReadOnlyList<ManifestDocument> documents, CancellationToken cancellation)
    {
        var missing = new HashSet<string>(StringComparer.Ordinal);
        var made = documents.Where(IsNamespace).Select(document => (string?)document.Body["metadata"]?["name"]).ToHashSet();
        foreach (var space in documents.Select(NamespaceOf).Where(space => space.Length > 0).Distinct(StringComparer.Ordinal))
        {
            switch (await new NamespaceOperations(connection).FindAsync(space, cancellation))
            {
                case { IsTerminating: true }:
                    throw NamespaceOperations.Terminating(space);
                case null when made.Contains(space):
                    missing.Add(space);
                    break;
                case null:
                    throw new EngineException(
                        "NamespaceNotFound",
                        EngineErrorKind.NotFound,
                        space,
                        $"There is no namespace \"{space}\" in context \"{connection.ContextName}\", and none of the files makes it. Nothing was changed.",
                        "Create it with New-KafkaNamespace.");
            }
        }

        return missing;
    }

    private async Task<IReadOnlyList<Rehearsal>> RehearseFilesAsync(
        IReadOnlyList<ManifestDocument> documents, DeploymentOptions options, CancellationToken cancellation) =>
        await Task.WhenAll(documents.Select(document => OfFileAsync(document, async () =>
        {
            var live = await connection.Resources.FindAsync(ResourceReference.Of(document.Body), cancellation);
            if (live?["metadata"]?["deletionTimestamp"] is not null)
            {
                throw new EngineException(
                    "ResourceTerminating", EngineErrorKind.Conflict, (string?)document.Body["metadata"]?["name"], $"{ResourceReference.Of(document.Body)} is being deleted.", "Wait until it is gone, then try again.");
            }

            return await RehearseAsync(new Target(document.Body, live), ClusterPreset.Article, options, cancellation);
        })));

    // Whatever is refused, the reader wants to know where it stands.
    private static async Task<T> OfFileAsync<T>(ManifestDocument document, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (EngineException refusal)
        {
            throw new EngineException(refusal.Id, refusal.Kind, refusal.Target, $"{document}: {refusal.Message}", refusal.Advice, refusal);
        }
    }
}
