namespace KafkaK8s.Sandbox.Pods;

/// <summary>Which images a node has. The first pull of one takes time; the same image asked for twice is pulled once at a time.</summary>
internal sealed class ImagePulls(SandboxClock clock, TimeSpan pullTime)
{
    private readonly HashSet<string> _present = [];

    /// <summary>Whether the node has an image.</summary>
    public bool Has(ImageName image)
    {
        lock (_present)
        {
            return _present.Contains(image.Full);
        }
    }

    /// <summary>Pulls an image and returns how long it took.</summary>
    public async Task<TimeSpan> PullAsync(ImageName image, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        await clock.DelayAsync(Has(image) ? pullTime / 4 : pullTime, cancellation);
        lock (_present)
        {
            _present.Add(image.Full);
        }

        return clock.GetElapsedTime(began);
    }

    /// <summary>Waits as long as it takes to find out that an image can't be had.</summary>
    public Task FailAsync(CancellationToken cancellation) => clock.DelayAsync(pullTime / 4, cancellation);
}
