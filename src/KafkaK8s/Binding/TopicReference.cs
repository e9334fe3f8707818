using System.Management.Automation;
using KafkaK8s.Diagnostics;

namespace KafkaK8s.Binding;

/// <summary>Reads which topic an object from the pipeline means.</summary>
internal static class TopicReference
{
    /// <summary>The topic's name, or null for an object that says where and not what: a cluster or a namespace means all topics in it.</summary>
    /// <param name="value">A name, or an object with the property <c>Topic</c> or <c>Name</c>, such as a topic or a line of a CSV file.</param>
    /// <exception cref="TerminatingException">It means no topic.</exception>
    public static string? Read(PSObject value) => value.BaseObject switch
    {
        string name => name,
        KafkaCluster or KafkaNamespace => null,
        _ => Text(value, "Topic") ?? Text(value, "Name") ?? throw new TerminatingException(KafkaErrors.Create(
            "NotATopic",
            ErrorCategory.InvalidArgument,
            value.ToString(),
            $"An object of the type {value.BaseObject.GetType().Name} doesn't say which topic it means.",
            "Pipe names, topics, or objects with the property Topic or Name.")),
    };

    private static string? Text(PSObject value, string property) => value.Properties[property]?.Value?.ToString() is { Length: > 0 } text ? text : null;
}
