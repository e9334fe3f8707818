using System.Collections;
using KafkaK8s.Engine.Kubernetes;
using KafkaK8s.Session;

namespace KafkaK8s.Completers;

/// <summary>What the line being typed says so far about where to look.</summary>
internal static class CompletionChoice
{
    /// <summary>Reads the parameters that were typed before, and the session's defaults.</summary>
    public static SessionDefaults Read(IDictionary typed) => SessionDefaults.Current.With(
        Text(typed, "KubeConfig"), Text(typed, "Context"), Text(typed, "Namespace"), Text(typed, "Cluster"));

    /// <summary>What the engine connects with.</summary>
    public static ConnectionOptions Options(SessionDefaults choice) => new(choice.KubeConfig, choice.Context, choice.Namespace);

    private static string? Text(IDictionary typed, string parameter)
        => typed[parameter]?.ToString() is { Length: > 0 } text ? text : null;
}
