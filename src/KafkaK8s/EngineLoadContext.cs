using System.Reflection;
using System.Runtime.Loader;

namespace KafkaK8s;

/// <summary>
/// Holds the engine and its packages, so that no other module's YamlDotNet or KubernetesClient meets ours. The default
/// context asks it for one name only: the engine's.
/// </summary>
internal sealed class EngineLoadContext : AssemblyLoadContext
{
    /// <summary>The simple name of the engine's assembly.</summary>
    public const string EngineName = "KafkaK8s.Engine";

    private static readonly Lazy<EngineLoadContext> Shared = new(() => new EngineLoadContext(EnginePath()));

    private readonly AssemblyDependencyResolver _resolver;

    private EngineLoadContext(string enginePath)
        : base(EngineName)
        => _resolver = new AssemblyDependencyResolver(enginePath);

    /// <summary>Answers the default context when it looks for the engine, and leaves every other name to others.</summary>
    public static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name)
        => name.Name == EngineName ? Shared.Value.LoadFromAssemblyName(name) : null;

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
        => _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

    private static string EnginePath()
        => Path.Combine(Path.GetDirectoryName(typeof(EngineLoadContext).Assembly.Location)!, "deps", EngineName + ".dll");
}
