namespace KafkaK8s.Sandbox.Tests;

public sealed class ClockTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_manual_clock_fires_timers_in_order_each_at_its_own_time()
    {
        var clock = SandboxClock.Manual();
        var start = clock.GetUtcNow();
        var fired = new List<(string Name, double Second)>();
        using var late = clock.CreateTimer(_ => Fire("late"), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        using var early = clock.CreateTimer(_ => Fire("early"), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        using var periodic = clock.CreateTimer(_ => Fire("each"), null, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3));
        using var never = clock.CreateTimer(_ => Fire("never"), null, TimeSpan.FromSeconds(7), Timeout.InfiniteTimeSpan);
        using var stopped = clock.CreateTimer(_ => Fire("stopped"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        stopped.Dispose();

        clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal([("early", 2), ("each", 3), ("late", 5), ("each", 6)], fired);
        Assert.Equal(start.AddSeconds(6), clock.GetUtcNow());

        void Fire(string name) => fired.Add((name, (clock.GetUtcNow() - start).TotalSeconds));
    }

    [Fact]
    public void What_a_timer_sets_going_is_part_of_the_same_advance()
    {
        var clock = SandboxClock.Manual();
        var fired = 0;
        using var first = clock.CreateTimer(
            _ => clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, fired);
    }

    [Fact]
    public async Task A_delay_on_a_manual_clock_takes_an_advance_and_ends_when_cancelled()
    {
        var clock = SandboxClock.Manual();
        using var giveUp = new CancellationTokenSource();
        var waited = clock.DelayAsync(TimeSpan.FromHours(1), Cancellation);
        var cancelled = clock.DelayAsync(TimeSpan.FromHours(2), giveUp.Token);

        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.False(waited.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(1));
        await waited;
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
    }

    [Fact]
    public async Task A_running_clock_never_wakes_anyone_early()
    {
        var clock = SandboxClock.RunningAt(1000);
        var before = clock.GetUtcNow();
        var stamp = clock.GetTimestamp();

        await clock.DelayAsync(TimeSpan.FromSeconds(30), Cancellation);

        Assert.True(clock.GetUtcNow() - before >= TimeSpan.FromSeconds(30));
        Assert.True(clock.GetElapsedTime(stamp) >= TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_clock_that_does_not_run_forward_is_refused(double speed) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SandboxClock.RunningAt(speed));
}
