using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace KafkaK8s.Help;

/// <summary>Finds the cmdlets of a module's assembly.</summary>
internal static class CmdletAssembly
{
    /// <summary>Loads an assembly and returns its public cmdlet classes.</summary>
    /// <param name="path">The assembly. What it depends on is looked for beside it and in the folder <c>deps</c> there.</param>
    public static IReadOnlyList<Type> Load(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            new[] { folder, Path.Combine(folder, "deps") }
                .Select(place => Path.Combine(place, name.Name + ".dll"))
                .Where(File.Exists)
                .Select(context.LoadFromAssemblyPath)
                .FirstOrDefault();

        return AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(path))
            .GetExportedTypes()
            .Where(type => !type.IsAbstract && type.GetCustomAttribute<CmdletAttribute>() is not null)
            .ToList();
    }
}
