using System.Diagnostics;

namespace KafkaK8s.Sandbox;

/// <summary>A clock that starts at the wall's time and runs a number of times faster.</summary>
internal sealed class RunningClock : SandboxClock
{
    private readonly double _speed;
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
    private readonly long _origin = Stopwatch.GetTimestamp();

    public RunningClock(double speed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(speed);
        _speed = speed;
    }

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => _start + (Stopwatch.GetElapsedTime(_origin) * _speed);

    /// <inheritdoc />
    public override long GetTimestamp() => _origin + (long)((Stopwatch.GetTimestamp() - _origin) * _speed);

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(this, System.CreateTimer(callback, state, ToWall(dueTime), ToWall(period)));

    // Timers count whole milliseconds and round down; one that fires early would find its time not come yet.
    private TimeSpan ToWall(TimeSpan span) =>
        span == Timeout.InfiniteTimeSpan ? span : TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds / _speed));

    private sealed class ScaledTimer(RunningClock clock, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.ToWall(dueTime), clock.ToWall(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
