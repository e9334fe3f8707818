namespace KafkaK8s.Sandbox.Api;

/// <summary>A kind of object that the API serves, as discovery describes it.</summary>
/// <param name="Group">The API group, empty for the core group.</param>
/// <param name="Version">The version in the group.</param>
/// <param name="Plural">The name in paths.</param>
/// <param name="Singular">The name that a person may type.</param>
/// <param name="Kind">The name in objects.</param>
/// <param name="ShortNames">What else a person may type.</param>
/// <param name="Namespaced">Whether its objects live in namespaces.</param>
internal sealed record ResourceKind(
    string Group, string Version, string Plural, string Singular, string Kind, IReadOnlyList<string> ShortNames, bool Namespaced = true)
{
    public static readonly ResourceKind Namespaces = Core("namespaces", "Namespace", ["ns"], namespaced: false);
    public static readonly ResourceKind Nodes = Core("nodes", "Node", ["no"], namespaced: false);
    public static readonly ResourceKind Services = Core("services", "Service", ["svc"]);
    public static readonly ResourceKind Endpoints = Core("endpoints", "Endpoints", ["ep"], singular: "endpoints");
    public static readonly ResourceKind Pods = Core("pods", "Pod", ["po"]);
    public static readonly ResourceKind PersistentVolumeClaims = Core("persistentvolumeclaims", "PersistentVolumeClaim", ["pvc"]);
    public static readonly ResourceKind PersistentVolumes = Core("persistentvolumes", "PersistentVolume", ["pv"], namespaced: false);
    public static readonly ResourceKind ConfigMaps = Core("configmaps", "ConfigMap", ["cm"]);
    public static readonly ResourceKind Secrets = Core("secrets", "Secret", []);
    public static readonly ResourceKind Events = Core("events", "Event", ["ev"]);
    public static readonly ResourceKind ResourceQuotas = Core("resourcequotas", "ResourceQuota", ["quota"]);
    public static readonly ResourceKind ServiceAccounts = Core("serviceaccounts", "ServiceAccount", ["sa"]);
    public static readonly ResourceKind StatefulSets = new("apps", "v1", "statefulsets", "statefulset", "StatefulSet", ["sts"]);
    public static readonly ResourceKind ControllerRevisions = new("apps", "v1", "controllerrevisions", "controllerrevision", "ControllerRevision", []);
    public static readonly ResourceKind PodDisruptionBudgets = new("policy", "v1", "poddisruptionbudgets", "poddisruptionbudget", "PodDisruptionBudget", ["pdb"]);
    public static readonly ResourceKind StorageClasses = new("storage.k8s.io", "v1", "storageclasses", "storageclass", "StorageClass", ["sc"], Namespaced: false);
    public static readonly ResourceKind EndpointSlices = new("discovery.k8s.io", "v1", "endpointslices", "endpointslice", "EndpointSlice", []);
    public static readonly ResourceKind Roles = Rbac("roles", "Role", namespaced: true);
    public static readonly ResourceKind RoleBindings = Rbac("rolebindings", "RoleBinding", namespaced: true);
    public static readonly ResourceKind ClusterRoles = Rbac("clusterroles", "ClusterRole", namespaced: false);
    public static readonly ResourceKind ClusterRoleBindings = Rbac("clusterrolebindings", "ClusterRoleBinding", namespaced: false);

    /// <summary>Every kind, in the order of discovery.</summary>
    public static IReadOnlyList<ResourceKind> All { get; } =
    [
        ConfigMaps, Endpoints, Events, Namespaces, Nodes, PersistentVolumeClaims, PersistentVolumes, Pods, ResourceQuotas, Secrets,
        ServiceAccounts, Services, ControllerRevisions, StatefulSets, PodDisruptionBudgets, ClusterRoleBindings, ClusterRoles,
        RoleBindings, Roles, StorageClasses, EndpointSlices,
    ];

    /// <summary>The <c>apiVersion</c> of its objects.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The plural with its group, as messages name it: <c>pods</c>, <c>statefulsets.apps</c>.</summary>
    public string QualifiedPlural => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The kind with its group, as messages name it: <c>Pod</c>, <c>StatefulSet.apps</c>.</summary>
    public string QualifiedKind => Group.Length == 0 ? Kind : $"{Kind}.{Group}";

    /// <summary>The kind of an object's <c>apiVersion</c> and <c>kind</c>, or null when the API doesn't serve it.</summary>
    public static ResourceKind? Find(string? apiVersion, string? kind) =>
        All.FirstOrDefault(candidate => candidate.ApiVersion == apiVersion && candidate.Kind == kind);

    /// <inheritdoc />
    public override string ToString() => QualifiedPlural;

    private static ResourceKind Core(string plural, string kind, string[] shortNames, bool namespaced = true, string? singular = null) =>
        new("", "v1", plural, singular ?? kind.ToLowerInvariant(), kind, shortNames, namespaced);

    private static ResourceKind Rbac(string plural, string kind, bool namespaced) =>
        new("rbac.authorization.k8s.io", "v1", plural, kind.ToLowerInvariant(), kind, [], namespaced);
}
