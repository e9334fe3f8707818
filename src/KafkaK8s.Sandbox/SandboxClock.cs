namespace KafkaK8s.Sandbox;

/// <summary>
/// The time that the sandbox lives by. It runs at the wall's speed, or a number of times faster, or stands still and is moved by
/// hand: tests advance it instead of sleeping. Everything in the sandbox that waits or stamps takes its time from here.
/// </summary>
internal abstract class SandboxClock : TimeProvider
{
    /// <summary>A clock that starts at the wall's time and runs a number of times faster.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The speed is not above zero.</exception>
    public static SandboxClock RunningAt(double speed) => new RunningClock(speed);

    /// <summary>A clock that stands still until it is advanced.</summary>
    public static ManualClock Manual() => new();

    /// <summary>Waits until this clock has moved on by a span.</summary>
    public Task DelayAsync(TimeSpan span, CancellationToken cancellation) => Task.Delay(span, this, cancellation);
}
