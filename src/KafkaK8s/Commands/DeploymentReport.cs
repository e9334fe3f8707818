using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Commands;

/// <summary>Puts into words what a deployment did, or would do.</summary>
internal static class DeploymentReport
{
    /// <summary>What would change, resource by resource and field by field.</summary>
    public static string Describe(DeploymentResult preview) => preview.IsUnchanged
        ? $"{preview.Identity}: nothing would change."
        : string.Join('\n', preview.Resources
            .Where(resource => resource.Outcome != ResourceOutcome.Unchanged)
            .Select(resource => Describe(resource, preview.Identity.Namespace))
            .Prepend($"Deploy {preview.Identity}"));

    /// <summary>What an import would change, resource by resource and field by field.</summary>
    public static string Describe(ManifestImport preview, string where) => preview.IsUnchanged
        ? $"{where}: nothing would change."
        : string.Join('\n', preview.Resources
            .Where(resource => resource.Outcome != ResourceOutcome.Unchanged)
            .Select(resource => Describe(resource, resource.Namespace))
            .Prepend($"Apply {where}"));

    /// <summary>One resource, with its fields where it is there already.</summary>
    public static string Describe(ResourceDeployment resource, string? inNamespace)
    {
        var name = $"{resource.Kind} {(inNamespace is null || resource.Namespace is null ? resource.Name : $"{inNamespace}/{resource.Name}")}";
        return resource.Outcome switch
        {
            ResourceOutcome.Created => $"  Create {name}",
            ResourceOutcome.Replaced => $"  Replace {name}{Fields(resource)}",
            ResourceOutcome.Changed => $"  Change {name}{Fields(resource)}",
            _ => $"  Leave {name}",
        };
    }

    /// <summary>Says what was done: resource by resource to who listens closely, and to everyone that nothing was.</summary>
    public static void Write(CommandPipeline pipeline, DeploymentResult deployment)
    {
        foreach (var resource in deployment.Resources)
        {
            pipeline.WriteVerbose($"{resource.Kind} {resource.Name}: {Word(resource.Outcome)}{Fields(resource)}");
        }

        if (deployment.IsUnchanged)
        {
            pipeline.WriteMessage($"{deployment.Identity} is already as asked for; nothing was changed.");
        }
    }

    /// <summary>Says what an import did.</summary>
    public static void Write(CommandPipeline pipeline, ManifestImport import, string where)
    {
        foreach (var resource in import.Resources)
        {
            pipeline.WriteVerbose($"{resource.Kind} {resource.Name}: {Word(resource.Outcome)}{Fields(resource)}");
        }

        if (import.IsUnchanged)
        {
            pipeline.WriteMessage($"All resources of {where} are already as asked for; nothing was changed.");
        }
    }

    private static string Word(ResourceOutcome outcome) => outcome switch
    {
        ResourceOutcome.Created => "created",
        ResourceOutcome.Changed => "changed",
        ResourceOutcome.Replaced => "replaced",
        _ => "unchanged",
    };

    private static string Fields(ResourceDeployment resource) => resource.Outcome == ResourceOutcome.Created
        ? ""
        : string.Concat(resource.Changes.Select(change => $"\n    {change}"));
}
