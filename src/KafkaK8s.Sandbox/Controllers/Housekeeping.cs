using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>What keeps a cluster's state tidy whether or not it runs pods.</summary>
internal sealed class Housekeeping : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly Task[] _loops;

    private Housekeeping(ObjectStore store)
    {
        Controller[] controllers =
        [
            new GarbageCollector(store), new NamespaceController(store), new NamespaceFurnishing(store), new ClaimProtection(store), new QuotaController(store),
        ];
        _loops = [.. controllers.Select(controller => Task.Run(() => controller.RunAsync(_ending.Token)))];
    }

    /// <summary>Fails when something went wrong that is the sandbox's own fault, and completes when it has ended.</summary>
    public Task Broken => Task.WhenAny(_loops).Unwrap();

    /// <summary>Starts it.</summary>
    public static Housekeeping Start(ObjectStore store) => new(store);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_loops);
        _ending.Dispose();
    }
}
