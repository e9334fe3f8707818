namespace KafkaK8s.Engine.Kubernetes;

/// <summary>A kind of resource and where the API has it.</summary>
/// <param name="ApiVersion">The group and version: <c>apps/v1</c>, <c>v1</c>.</param>
/// <param name="Kind">The kind: <c>StatefulSet</c>.</param>
/// <param name="Plural">Its name in paths and in RBAC rules: <c>statefulsets</c>.</param>
/// <param name="IsNamespaced">Whether its objects live in a namespace.</param>
internal sealed record ResourceType(string ApiVersion, string Kind, string Plural, bool IsNamespaced)
{
    private static readonly Dictionary<(string, string), ResourceType> Known = new ResourceType[]
    {
        new("v1", "Namespace", "namespaces", false),
        new("v1", "Node", "nodes", false),
        new("v1", "PersistentVolume", "persistentvolumes", false),
        new("v1", "Service", "services", true),
        new("v1", "Endpoints", "endpoints", true),
        new("v1", "Pod", "pods", true),
        new("v1", "PersistentVolumeClaim", "persistentvolumeclaims", true),
        new("v1", "ConfigMap", "configmaps", true),
        new("v1", "Secret", "secrets", true),
        new("v1", "Event", "events", true),
        new("v1", "ServiceAccount", "serviceaccounts", true),
        new("v1", "ResourceQuota", "resourcequotas", true),
        new("apps/v1", "StatefulSet", "statefulsets", true),
        new("apps/v1", "ControllerRevision", "controllerrevisions", true),
        new("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", true),
        new("policy/v1beta1", "PodDisruptionBudget", "poddisruptionbudgets", true),
        new("storage.k8s.io/v1", "StorageClass", "storageclasses", false),
    }.ToDictionary(type => (type.ApiVersion, type.Kind));

    /// <summary>The API group; empty for the core.</summary>
    public string Group => ApiVersion.Contains('/', StringComparison.Ordinal) ? ApiVersion[..ApiVersion.IndexOf('/', StringComparison.Ordinal)] : "";

    /// <summary>A kind that every cluster has, or null to ask the server.</summary>
    public static ResourceType? Find(string apiVersion, string kind) => Known.GetValueOrDefault((apiVersion, kind));

    /// <summary>The path of a group and version: <c>apis/apps/v1</c>, <c>api/v1</c>.</summary>
    public static string GroupPath(string apiVersion) => apiVersion.Split('/') switch
    {
        [var version] when ResourceNames.IsLabel(version) => $"api/{version}",
        [var group, var version] when ResourceNames.IsSubdomain(group) && ResourceNames.IsLabel(version) => $"apis/{group}/{version}",
        _ => throw new EngineException("InvalidResource", EngineErrorKind.InvalidArgument, apiVersion, $"\"{apiVersion}\" is not an apiVersion."),
    };

    /// <summary>The path of all its objects, in one namespace or in all.</summary>
    public string CollectionPath(string? inNamespace) => IsNamespaced && inNamespace is not null
        ? $"{GroupPath(ApiVersion)}/namespaces/{ResourceNames.RequireNamespace(inNamespace)}/{Plural}"
        : $"{GroupPath(ApiVersion)}/{Plural}";
}
