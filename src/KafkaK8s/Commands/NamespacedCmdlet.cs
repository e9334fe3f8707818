using System.Management.Automation;
using KafkaK8s.Completers;

namespace KafkaK8s.Commands;

/// <summary>A cmdlet that works in a namespace of a Kubernetes cluster.</summary>
public abstract class NamespacedCmdlet : KubernetesCmdlet
{
    /// <summary>
    /// The namespace to work in. When not given: the one that <c>Set-KafkaContext</c> chose, else the context's. Where neither says one,
    /// cmdlets that work on an existing cluster look for the only one of its name in all namespaces, and those that make or remove things work in <c>default</c>.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? Namespace { get; set; }

    private protected override string? NamedNamespace => Namespace;
}
