using System.Reflection;
using System.Text.RegularExpressions;

namespace KafkaK8s.Sandbox.Pods.Real;

/// <summary>
/// The files of a container that is no container: a folder that stands for its root, with the image's programs as scripts that run a
/// release's, links to this machine's programs, and the pod's volumes where they are mounted. What names a path of the image is
/// rewritten to the path below the folder.
/// </summary>
internal sealed class ContainerFiles
{
    private static readonly string[] SystemFolders = ["/bin", "/usr/bin", "/usr/local/bin", "/tmp", "/etc/hosts", "/root", "/home"];
    private static readonly Dictionary<string, string> CommonPrograms = new()
    {
        ["/usr/bin/hostname"] = "hostname",
        ["/usr/bin/nc"] = "nc",
        ["/lib/names"] = "names",
    };

    private static readonly string Bash = HostPrograms.Find("bash") ?? "/bin/bash";

    private readonly RealImage _image;
    private readonly Regex _known;

    public ContainerFiles(string root, KafkaDistribution distribution, RealImage image, ContainerStart start)
    {
        Root = root;
        _image = image;
        SearchPath = string.Join(':', image.SearchPath.Concat(["/usr/local/bin", "/usr/bin", "/bin"]).Select(folder => root + folder));
        _known = KnownPaths(image, start.Volumes.Keys);
        foreach (var folder in image.Folders.Concat(["/tmp", "/root", "/etc", "/bin", "/usr/bin"]))
        {
            Directory.CreateDirectory(root + folder);
        }

        Mount(start.Volumes);
        LinkPrograms(distribution);
        WritePrograms(start.Address);
        WriteVersion();
        File.WriteAllText($"{root}/etc/java.security", "networkaddress.cache.ttl=0\nnetworkaddress.cache.negative.ttl=0\n");
    }

    /// <summary>The folder that stands for the container's root.</summary>
    public string Root { get; }

    /// <summary>The container's PATH, on this machine.</summary>
    public string SearchPath { get; }

    /// <summary>Rewrites the image's paths in a word of a command.</summary>
    public string Rewrite(string word) => _known.Replace(word, match => Root + match.Value);

    /// <summary>Takes the rewriting back, for what people read.</summary>
    public string Unwrite(string text) => text.Replace(Root, "", StringComparison.Ordinal);

    /// <summary>The path on this machine of a program of the container.</summary>
    /// <exception cref="ProgramNotFoundException">The image has no such program.</exception>
    public string Program(string name)
    {
        var candidates = name.Contains('/') ? [Rewrite(name)] : SearchPath.Split(':').Select(folder => $"{folder}/{name}");
        return candidates.FirstOrDefault(path => path.StartsWith(Root, StringComparison.Ordinal) && File.Exists(path)) ?? throw new ProgramNotFoundException(name);
    }

    /// <summary>Writes the container's hosts file, all at once.</summary>
    /// <param name="names">The cluster's names and their addresses.</param>
    /// <param name="address">The pod's own address, which its loopback names lead to as well.</param>
    public void WriteHosts(IReadOnlyDictionary<string, IReadOnlyList<string>> names, string address)
    {
        var lines = names.SelectMany(name => name.Value.Select(target => $"{target} {name.Key}"))
            .Prepend($"{address} localhost {Environment.MachineName}");
        var temporary = $"{Root}/etc/hosts.new";
        File.WriteAllLines(temporary, lines);
        File.Move(temporary, $"{Root}/etc/hosts", overwrite: true);
    }

    private static Regex KnownPaths(RealImage image, IEnumerable<string> mounts)
    {
        var paths = SystemFolders.Concat(image.Folders).Concat(image.Programs.Keys).Concat(mounts).Append(image.ToolFolder).OfType<string>()
            .Concat(image.SearchPath)
            .Select(path => path.TrimEnd('/'))
            .Where(path => path.Length > 1)
            .Distinct()
            .OrderByDescending(path => path.Length)
            .Select(Regex.Escape);
        return new Regex($@"(?<![\w./}}-])(?:{string.Join('|', paths)})(?![\w.-])", RegexOptions.CultureInvariant);
    }

    private void Mount(IReadOnlyDictionary<string, string> volumes)
    {
        // The outer ones first, so that one volume can be mounted inside another.
        foreach (var (path, folder) in volumes.OrderBy(volume => volume.Key.Length))
        {
            var target = Root + path.TrimEnd('/');
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (Directory.Exists(target))
            {
                Directory.Delete(target, recursive: true);
            }

            File.CreateSymbolicLink(target, folder);
        }
    }

    private void LinkPrograms(KafkaDistribution distribution)
    {
        foreach (var name in HostPrograms.Common)
        {
            if (HostPrograms.Find(name) is { } program)
            {
                File.CreateSymbolicLink($"{Root}/bin/{name}", program);
                File.CreateSymbolicLink($"{Root}/usr/bin/{name}", program);
            }
        }

        File.CreateSymbolicLink($"{Root}/usr/bin/java", distribution.Java);
    }

    private void WritePrograms(string address)
    {
        foreach (var (path, script) in _image.Programs.Concat(CommonPrograms))
        {
            WriteProgram(path, script, address, program: null);
        }

        // A release's programs find each other under one folder whatever the image calls them.
        foreach (var (name, program) in _image.Release.Programs)
        {
            WriteProgram($"/release/{name}", "release-program", address, program);
            if (_image.ToolFolder is { } folder && !name.StartsWith("zookeeper-server", StringComparison.Ordinal))
            {
                WriteProgram($"{folder}/{name}{_image.ToolSuffix}", "release-program", address, program);
            }
        }
    }

    // Kafka reads its version from a resource, of which the first on the class path counts.
    private void WriteVersion()
    {
        if (_image.ToldVersion is { } version)
        {
            Directory.CreateDirectory($"{Root}/release/version/kafka");
            File.WriteAllText($"{Root}/release/version/kafka/kafka-version.properties", $"version={version}\n");
        }
    }

    private void WriteProgram(string path, string script, string address, string? program)
    {
        var file = Root + path;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(
            file,
            $"""
            #!{Bash}
            root={Quote(Root)}
            address={Quote(address)}
            release={Quote(_image.Release.Folder)}
            program={Quote(program ?? "")}
            name={Quote(Path.GetFileName(path))}
            broker_class={Quote(_image.BrokerClass)}
            {Script(script)}
            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static string Script(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Programs/{name}.sh")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
