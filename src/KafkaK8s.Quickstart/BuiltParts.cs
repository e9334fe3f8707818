namespace KafkaK8s.Quickstart;

/// <summary>Where the build has put what the quickstart uses.</summary>
/// <param name="Manifest">The module's manifest in <c>output/</c>.</param>
/// <param name="Sandbox">The sandbox's assembly.</param>
/// <param name="QuickstartScript">The quickstart as a script, among the module's examples.</param>
internal sealed record BuiltParts(string Manifest, string Sandbox, string QuickstartScript)
{
    /// <summary>Finds the parts from the folder that this program was built into.</summary>
    public static BuiltParts Find(string programFolder)
    {
        var root = new DirectoryInfo(programFolder);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "KafkaK8s.sln")))
        {
            root = root.Parent;
        }

        if (root is null)
        {
            throw new QuickstartException($"There is no KafkaK8s.sln in {programFolder} or above it: the quickstart runs from the folder that it was built in.");
        }

        // src/KafkaK8s.Quickstart/bin/<configuration>/<framework>: the sandbox was built beside it, in the same configuration.
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(programFolder));
        var sandbox = Path.Combine(root.FullName, "src", "KafkaK8s.Sandbox", "bin", framework.Parent!.Name, framework.Name, "KafkaK8s.Sandbox.dll");
        var modules = new DirectoryInfo(Path.Combine(root.FullName, "output", "KafkaK8s"));
        var manifest = modules.Exists
            ? modules.EnumerateFiles("KafkaK8s.psd1", SearchOption.AllDirectories).MaxBy(file => Version.TryParse(file.Directory!.Name, out var version) ? version : new Version())
            : null;
        if (manifest is null || !File.Exists(sandbox))
        {
            throw new QuickstartException($"{(manifest is null ? modules.FullName : sandbox)} is missing: run `dotnet build` in {root.FullName}.");
        }

        return new BuiltParts(manifest.FullName, sandbox, Path.Combine(manifest.Directory!.FullName, "examples", "quickstart.ps1"));
    }
}
