namespace KafkaK8s.Sandbox.Pods.Real;

/// <summary>Programs of this machine.</summary>
internal static class HostPrograms
{
    /// <summary>What images have besides their own programs, and containers borrow from this machine.</summary>
    public static readonly IReadOnlyList<string> Common =
    [
        "awk", "base64", "basename", "bash", "cat", "chmod", "cp", "cut", "date", "df", "dirname", "du", "echo", "egrep", "env", "expr", "false",
        "find", "grep", "gzip", "head", "id", "kill", "ln", "ls", "md5sum", "mkdir", "mktemp", "mv", "od", "printf", "ps", "pwd", "readlink",
        "realpath", "rm", "rmdir", "sed", "seq", "sh", "sha256sum", "sleep", "sort", "stat", "stty", "tail", "tar", "tee", "test", "timeout",
        "touch", "tr", "true", "tty", "uname", "uniq", "wc", "which", "whoami", "xargs", "yes",
    ];

    /// <summary>The path of a program on the PATH, or null when there is none.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
