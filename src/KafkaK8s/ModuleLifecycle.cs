using System.Management.Automation;
using System.Runtime.Loader;

namespace KafkaK8s;

/// <summary>
/// Connects the engine's load context when the module is imported, and disconnects it when it is removed. Importing loads no
/// engine: the first cmdlet that needs it does.
/// </summary>
public sealed class ModuleLifecycle : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnImport() => AssemblyLoadContext.Default.Resolving += EngineLoadContext.Resolve;

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => AssemblyLoadContext.Default.Resolving -= EngineLoadContext.Resolve;
}
