using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KafkaK8s.Sandbox.Pods.Real;

/// <summary>A container whose programs are processes of this machine.</summary>
internal sealed class RealContainer : IContainer
{
    private static readonly TimeSpan NamesPause = TimeSpan.FromMilliseconds(50);

    private readonly ContainerStart _start;
    private readonly ContainerFiles _files;
    private readonly ProcessWatchdog _watchdog;
    private readonly Dictionary<string, string> _environment;
    private readonly RealProcess _main;
    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _namesChanged = new(0);
    private readonly Task _keepingNames;

    /// <exception cref="ProgramNotFoundException">The image has no such program.</exception>
    public RealContainer(ContainerStart start, ContainerFiles files, IReadOnlyList<string> command, ProcessWatchdog watchdog)
    {
        _start = start;
        _files = files;
        _watchdog = watchdog;
        _environment = new Dictionary<string, string>
        {
            ["PATH"] = files.SearchPath,
            ["HOME"] = $"{files.Root}/root",
            ["LANG"] = "C.UTF-8",
        };
        foreach (var (name, value) in start.Environment)
        {
            _environment[name] = value;
        }

        WriteNames();
        _main = Run(command);
        File.WriteAllText($"{files.Root}/etc/main.pid", $"{_main.Id}\n");
        _main.Input.Close();
        Completion = WatchAsync();
        start.Names.Changed += OnNamesChanged;
        _keepingNames = KeepNamesAsync();
    }

    /// <inheritdoc />
    public Task<int> Completion { get; }

    /// <inheritdoc />
    public async Task<int> ExecAsync(ContainerExec exec, CancellationToken cancellation)
    {
        await using var process = Run(exec.Arguments);
        await using var killing = cancellation.Register(process.Kill);
        await using var ending = _ended.Token.Register(process.Kill);
        using var feeding = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var fed = FeedAsync(exec.StandardInput, process.Input, feeding.Token);
        var output = process.Output.CopyToAsync(exec.StandardOutput, 32 * 1024, cancellation);
        var errors = process.Errors.CopyToAsync(exec.StandardError, 32 * 1024, cancellation);
        var exitCode = await process.WaitAsync();
        await feeding.CancelAsync();
        await Task.WhenAll(output, errors, fed);
        cancellation.ThrowIfCancellationRequested();
        return exitCode;
    }

    /// <inheritdoc />
    public async Task<Stream> ConnectAsync(int port, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(_start.Address), port), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            throw new IOException(refused.Message, refused);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public async Task StopAsync(TimeSpan grace)
    {
        _main.Terminate();
        await Task.WhenAny(Completion, Task.Delay(grace));
        if (!Completion.IsCompleted)
        {
            Kill();
        }

        await Completion;
    }

    /// <inheritdoc />
    public void Kill() => _main.Kill();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Kill();
        await Completion;
        _start.Names.Changed -= OnNamesChanged;
        await _keepingNames;
        await _main.DisposeAsync();
        _ended.Dispose();
        _namesChanged.Dispose();
        Directory.Delete(_files.Root, recursive: true);
    }

    private RealProcess Run(IReadOnlyList<string> command) => RealProcess.Start(
        _files.Program(command[0]), command.Skip(1).Select(_files.Rewrite), _environment, _files.Root, _watchdog);

    private async Task<int> WatchAsync()
    {
        var output = LogAsync(_main.Output);
        var errors = LogAsync(_main.Errors);
        var exitCode = await _main.WaitAsync();
        await Task.WhenAll(output, errors);
        await _ended.CancelAsync();
        return exitCode;
    }

    private async Task LogAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (await reader.ReadLineAsync() is { } line)
        {
            _start.Log(_files.Unwrite(line));
        }
    }

    private static async Task FeedAsync(Stream? source, Stream input, CancellationToken cancellation)
    {
        try
        {
            if (source is not null)
            {
                await source.CopyToAsync(input, cancellation);
            }

            input.Close();
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The program has ended, or reads no more.
        }
    }

    private void OnNamesChanged()
    {
        if (!_ended.IsCancellationRequested)
        {
            _namesChanged.Release();
        }
    }

    private async Task KeepNamesAsync()
    {
        try
        {
            while (true)
            {
                await _namesChanged.WaitAsync(_ended.Token);

                // Changes come in bursts: one round takes them all.
                await Task.Delay(NamesPause, _ended.Token);
                while (_namesChanged.Wait(0, CancellationToken.None))
                {
                }

                WriteNames();
            }
        }
        catch (OperationCanceledException)
        {
            // The container has ended.
        }
    }

    private void WriteNames() =>
        _files.WriteHosts(_start.Names.All(_start.Pod["metadata"]?["namespace"]?.GetValue<string>() ?? ""), _start.Address);
}
