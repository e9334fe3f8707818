using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api;

/// <summary>
/// Who may do what: members of <c>system:masters</c> everything, others what the cluster's roles and bindings allow them.
/// </summary>
internal sealed class Access(ObjectStore store)
{
    /// <exception cref="ApiException">403.</exception>
    public void Require(ApiUser user, ApiRequest request, bool isUpgrade)
    {
        Require(user, request, request.Verb);

        // A WebSocket is opened with a GET, but what it opens is as much as a POST would.
        if (isUpgrade && request.Subresource is "exec" or "attach" or "portforward" && request.Verb != "create")
        {
            Require(user, request, "create");
        }
    }

    /// <summary>Refuses a path that is about no object: those are for whoever has logged in.</summary>
    /// <exception cref="ApiException">403.</exception>
    public static void RequirePath(ApiUser user, string method, string path)
    {
        var isPublic = path is "/version" or "/version/" or "/healthz" or "/livez" or "/readyz";
        if (!isPublic && !user.Groups.Contains("system:authenticated"))
        {
            throw new ApiException(
                403, "Forbidden", $"forbidden: User \"{user.Name}\" cannot {VerbOf(method)} path \"{path}\"", []);
        }
    }

    /// <summary>Whether a user may do something.</summary>
    /// <param name="user">Who.</param>
    /// <param name="verb">What: get, list, create…</param>
    /// <param name="group">The API group.</param>
    /// <param name="resource">The resource, with its subresource after a slash.</param>
    /// <param name="ns">The namespace, null or empty for the whole cluster.</param>
    /// <param name="name">The object's name, null for none.</param>
    public bool Allows(ApiUser user, string verb, string group, string resource, string? ns, string? name)
    {
        if (user.Groups.Contains("system:masters"))
        {
            return true;
        }

        var rules = store.List(ResourceKind.ClusterRoleBindings).SelectMany(binding => RulesFor(user, binding));
        if (!string.IsNullOrEmpty(ns))
        {
            rules = rules.Concat(store.List(ResourceKind.RoleBindings, ns).SelectMany(binding => RulesFor(user, binding)));
        }

        return rules.Any(rule => Has(rule, "verbs", verb) && Has(rule, "apiGroups", group) && HasResource(rule, resource)
            && (rule["resourceNames"] is not JsonArray { Count: > 0 } || (name is not null && Has(rule, "resourceNames", name))));
    }

    /// <summary>Answers whether the asking user may do something.</summary>
    public JsonObject Review(ApiUser user, JsonObject review)
    {
        var asked = review.At("spec", "resourceAttributes");
        var resource = asked.TextAt("resource") ?? "";
        if (asked.TextAt("subresource") is { Length: > 0 } subresource)
        {
            resource = $"{resource}/{subresource}";
        }

        var isAllowed = asked is null || Allows(
            user, asked.TextAt("verb") ?? "", asked.TextAt("group") ?? "", resource, asked.TextAt("namespace"), asked.TextAt("name"));
        return new JsonObject
        {
            ["kind"] = "SelfSubjectAccessReview",
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["metadata"] = new JsonObject(),
            ["spec"] = review["spec"]?.DeepClone(),
            ["status"] = new JsonObject { ["allowed"] = isAllowed },
        };
    }

    private void Require(ApiUser user, ApiRequest request, string verb)
    {
        var resource = request.Subresource is null ? request.Kind.Plural : $"{request.Kind.Plural}/{request.Subresource}";
        var ns = request.Namespace ?? (request.Kind == ResourceKind.Namespaces ? request.Name : null);
        if (Allows(user, verb, request.Kind.Group, resource, ns, request.Name))
        {
            return;
        }

        var where = request.Namespace is null ? "at the cluster scope" : $"in the namespace \"{request.Namespace}\"";
        var why = $"User \"{user.Name}\" cannot {verb} resource \"{resource}\" in API group \"{request.Kind.Group}\" {where}";
        var subject = request.Name is null ? request.Kind.QualifiedPlural : $"{request.Kind.QualifiedPlural} \"{request.Name}\"";
        throw new ApiException(403, "Forbidden", $"{subject} is forbidden: {why}", ApiException.Details(request.Kind, request.Name));
    }

    private IEnumerable<JsonObject> RulesFor(ApiUser user, JsonObject binding)
    {
        if (!binding.ObjectsAt("subjects").Any(subject => Is(user, subject)))
        {
            return [];
        }

        var name = binding.TextAt("roleRef", "name") ?? "";
        var role = binding.TextAt("roleRef", "kind") == "Role"
            ? store.Get(ResourceKind.Roles, binding.Namespace(), name)
            : store.Get(ResourceKind.ClusterRoles, null, name);
        return role.ObjectsAt("rules");
    }

    private static bool Is(ApiUser user, JsonObject subject) => subject.TextAt("kind") switch
    {
        "User" => subject.TextAt("name") == user.Name,
        "Group" => user.Groups.Contains(subject.TextAt("name") ?? ""),
        "ServiceAccount" => user.Name == $"system:serviceaccount:{subject.TextAt("namespace")}:{subject.TextAt("name")}",
        _ => false,
    };

    private static bool Has(JsonObject rule, string list, string value) =>
        (rule[list] as JsonArray ?? []).Any(one => one!.ToString() is { } allowed && (allowed == "*" || allowed == value));

    private static bool HasResource(JsonObject rule, string resource)
    {
        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        return Has(rule, "resources", resource) || (slash >= 0 && Has(rule, "resources", "*" + resource[slash..]));
    }

    private static string VerbOf(string method) => method switch { "POST" => "post", "PUT" => "put", "PATCH" => "patch", "DELETE" => "delete", _ => "get" };
}
