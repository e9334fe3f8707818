using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>
/// The names that Kubernetes takes, checked before they become part of a path. Source:
/// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
/// </summary>
public static partial class ResourceNames
{
    /// <summary>Whether a text is a label as RFC 1123 has it: what namespaces, containers and pods of a StatefulSet are named by.</summary>
    /// <param name="name">The text.</param>
    public static bool IsLabel(string name) => name.Length is > 0 and <= 63 && LabelPattern().IsMatch(name);

    /// <summary>Whether a text is a subdomain as RFC 1123 has it: what most objects are named by.</summary>
    /// <param name="name">The text.</param>
    public static bool IsSubdomain(string name) => name.Length is > 0 and <= 253 && name.Split('.').All(IsSubdomainPart);

    /// <summary>Whether a text is a label as RFC 1035 has it, starting with a letter: what services are named by.</summary>
    /// <param name="name">The text.</param>
    public static bool IsServiceName(string name) => IsLabel(name) && name[0] is >= 'a' and <= 'z';

    /// <summary>Requires a namespace's name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="EngineException"><c>InvalidNamespaceName</c>.</exception>
    public static string RequireNamespace(string name) => IsLabel(name)
        ? name
        : throw Invalid("InvalidNamespaceName", name, "a namespace", "lower case letters, digits and '-', at most 63, a letter or digit first and last");

    /// <summary>Requires a name that goes into an object's path.</summary>
    /// <param name="name">The name.</param>
    /// <param name="what">What is named, for the error: <c>a pod</c>.</param>
    /// <exception cref="EngineException"><c>InvalidResourceName</c>.</exception>
    public static string RequireSubdomain(string name, string what) => IsSubdomain(name)
        ? name
        : throw Invalid("InvalidResourceName", name, what, "lower case letters, digits, '-' and '.', at most 253, a letter or digit first and last in each part");

    /// <summary>Requires a name of one label, such as a container's.</summary>
    /// <param name="name">The name.</param>
    /// <param name="what">What is named, for the error: <c>a container</c>.</param>
    /// <exception cref="EngineException"><c>InvalidResourceName</c>.</exception>
    public static string RequireLabel(string name, string what) => IsLabel(name)
        ? name
        : throw Invalid("InvalidResourceName", name, what, "lower case letters, digits and '-', at most 63, a letter or digit first and last");

    /// <summary>Requires a name that a service can have, and so a cluster whose services are named after it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="what">What is named, for the error: <c>a service</c>.</param>
    /// <exception cref="EngineException"><c>InvalidResourceName</c>.</exception>
    public static string RequireServiceName(string name, string what) => IsServiceName(name)
        ? name
        : throw Invalid("InvalidResourceName", name, what, "lower case letters, digits and '-', at most 63, a letter first, a letter or digit last");

    private static bool IsSubdomainPart(string part) => part.Length > 0 && LabelPattern().IsMatch(part);

    private static EngineException Invalid(string id, string name, string what, string rule) =>
        new(id, EngineErrorKind.InvalidArgument, name, $"\"{name}\" can't be the name of {what}.", $"A name has {rule}.");

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex LabelPattern();
}
