using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>
/// A credential plugin: a program that prints an ExecCredential. It runs once, and again when what it gave has expired or was
/// refused. Source: https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
/// </summary>
internal sealed class CredentialPlugin : ICredentialSource, IDisposable
{
    private const string Group = "client.authentication.k8s.io/";
    private const int QuotedWords = 2000;

    /// <summary>How long before its expiry a credential is not used any more.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly KubeExecPlugin _plugin;
    private readonly KubeCluster _cluster;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _oneRun = new(1, 1);
    private volatile Issued? _issued;

    /// <summary>Takes a plugin as the kubeconfig has it.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="cluster">The cluster it is for; passed to it when it asks.</param>
    /// <param name="user">The user entry's name, for errors.</param>
    /// <param name="timeout">After how long it is killed.</param>
    /// <param name="time">The clock that expiry is measured on.</param>
    public CredentialPlugin(KubeExecPlugin plugin, KubeCluster cluster, string user, TimeSpan timeout, TimeProvider time)
    {
        _plugin = plugin;
        _cluster = cluster;
        _timeout = timeout;
        _time = time;
        Description = $"the exec plugin \"{plugin.Command}\" of user \"{user}\"";
        if (plugin.ApiVersion is not (Group + "v1" or Group + "v1beta1"))
        {
            throw Failed("CredentialPluginNotSupported", $"speaks {plugin.ApiVersion}; only {Group}v1 and {Group}v1beta1 are known", "Update the plugin, and have it write the kubeconfig anew.");
        }

        if (plugin.InteractiveMode == "Always")
        {
            throw Failed("CredentialPluginInteractive", "wants to talk to a person (interactiveMode: Always), which can't be done from here", "Configure it to work without a terminal, or log in with the tool itself first.");
        }
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public async ValueTask<Credential> GetAsync(CancellationToken cancellation)
    {
        if (Current is { } current)
        {
            return current;
        }

        await _oneRun.WaitAsync(cancellation);
        try
        {
            if (Current is { } meanwhile)
            {
                return meanwhile;
            }

            _issued = Read(await RunAsync(cancellation));
            return _issued.Credential;
        }
        finally
        {
            _oneRun.Release();
        }
    }

    /// <inheritdoc/>
    public bool Refused(Credential credential)
    {
        if (_issued is { } issued && ReferenceEquals(issued.Credential, credential))
        {
            _issued = null;
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _oneRun.Dispose();

    private Credential? Current => _issued is { } issued && _time.GetUtcNow() < issued.UsableUntil ? issued.Credential : null;

    private async Task<string> RunAsync(CancellationToken cancellation)
    {
        var process = new Process { StartInfo = StartInfo() };
        try
        {
            process.Start();
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            process.Dispose();
            throw Failed("CredentialPluginNotFound", $"can't be started: {exception.Message}", _plugin.InstallHint ?? "Install it, or correct the command in the kubeconfig.", exception);
        }

        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeout);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var words = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? await output
                : throw Failed("CredentialPluginFailed", $"ended with exit code {process.ExitCode.ToString(CultureInfo.InvariantCulture)}{Quote(await words)}", _plugin.InstallHint ?? "Log in with the tool that the plugin belongs to, then try again.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failed("CredentialPluginTimeout", $"did not answer within {_timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s and was ended", "Run it by hand to see what it waits for.");
        }
        finally
        {
            End(process);
        }
    }

    /// <summary>Ends what still runs. Finding its children takes longer than a person who pressed Ctrl+C should wait.</summary>
    private static void End(Process process)
    {
        if (process.HasExited)
        {
            process.Dispose();
            return;
        }

        _ = Task.Run(() =>
        {
            using (process)
            {
                process.Kill(entireProcessTree: true);
            }
        });
    }

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(ProgramPath())
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in _plugin.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in _plugin.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["KUBERNETES_EXEC_INFO"] = Info().ToJsonString();
        return start;
    }

    /// <summary>
    /// A command with a folder in it is relative to the kubeconfig; a bare one is looked up in PATH and nowhere else (Process
    /// would look in the current folder first).
    /// </summary>
    private string ProgramPath()
    {
        if (_plugin.Command.AsSpan().IndexOfAny('/', Path.DirectorySeparatorChar) >= 0)
        {
            return Path.GetFullPath(_plugin.Command, _plugin.Folder);
        }

        string[] endings = OperatingSystem.IsWindows() ? ["", ".exe", ".cmd", ".bat"] : [""];
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => endings, (folder, ending) => Path.Combine(folder, _plugin.Command + ending))
            .FirstOrDefault(File.Exists)
            ?? throw Failed("CredentialPluginNotFound", "is not in PATH", _plugin.InstallHint ?? "Install it, or write its full path into the kubeconfig.");
    }

    private JsonObject Info()
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (_plugin.ProvideClusterInfo)
        {
            spec["cluster"] = ClusterInfo();
        }

        return new JsonObject { ["apiVersion"] = _plugin.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec };
    }

    private JsonObject ClusterInfo()
    {
        var info = new JsonObject { ["server"] = _cluster.Server };
        if (_cluster.TlsServerName is { } name)
        {
            info["tls-server-name"] = name;
        }

        if (_cluster.SkipTlsVerify)
        {
            info["insecure-skip-tls-verify"] = true;
        }

        if (_cluster.CertificateAuthority is { } authority)
        {
            info["certificate-authority-data"] = Convert.ToBase64String(ConfigurationFiles.Read(authority, _cluster.Source));
        }

        if (_cluster.ProxyUrl is { } proxy)
        {
            info["proxy-url"] = proxy;
        }

        if (_cluster.ExecConfiguration is { } configuration)
        {
            info["config"] = configuration.DeepClone();
        }

        return info;
    }

    private Issued Read(string output)
    {
        try
        {
            var root = JsonNode.Parse(output)!.AsObject();
            if ((string?)root["kind"] != "ExecCredential" || (string?)root["apiVersion"] != _plugin.ApiVersion)
            {
                throw Failed("CredentialPluginFailed", $"printed something other than an ExecCredential of {_plugin.ApiVersion}", "Run it by hand to see what it prints.");
            }

            var status = root["status"]?.AsObject();
            var token = (string?)status?["token"];
            var certificate = (string?)status?["clientCertificateData"];
            var key = (string?)status?["clientKeyData"];
            if (string.IsNullOrEmpty(token) && string.IsNullOrEmpty(certificate))
            {
                throw Failed("CredentialPluginFailed", "gave neither a token nor a client certificate", "Log in with the tool that the plugin belongs to, then try again.");
            }

            var expires = (string?)status?["expirationTimestamp"] is { Length: > 0 } text
                ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
                : DateTimeOffset.MaxValue;
            return new Issued(
                new Credential(
                    string.IsNullOrEmpty(token) ? null : Credential.Bearer(token),
                    string.IsNullOrEmpty(certificate) ? [] : Certificates.WithKey(certificate, key ?? "")),
                expires == DateTimeOffset.MaxValue ? expires : expires - Margin);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or CryptographicException or NullReferenceException)
        {
            // The inner exception is left out: what it quotes may be the credential.
            throw Failed("CredentialPluginFailed", "printed something that can't be read as an ExecCredential", "Run it by hand to see what it prints.");
        }
    }

    private EngineException Failed(string id, string what, string advice, Exception? inner = null) =>
        new(id, EngineErrorKind.Authentication, _plugin.Command, $"{char.ToUpperInvariant(Description[0])}{Description[1..]} {what}.", advice, inner);

    private static string Quote(string words) => words.Trim() switch
    {
        "" => "",
        { Length: > QuotedWords } text => $": …{text[^QuotedWords..]}",
        var text => $": {text.TrimEnd('.')}",
    };

    private sealed record Issued(Credential Credential, DateTimeOffset UsableUntil);
}
