using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>What a container is doing.</summary>
internal abstract record ContainerState
{
    /// <summary>As a pod's status has it.</summary>
    public abstract JsonObject ToJson();
}

/// <summary>It doesn't run yet, or not now.</summary>
internal sealed record WaitingContainer(string Reason, string? Message = null) : ContainerState
{
    /// <inheritdoc />
    public override JsonObject ToJson()
    {
        var waiting = new JsonObject { ["reason"] = Reason };
        if (Message is not null)
        {
            waiting["message"] = Message;
        }

        return new JsonObject { ["waiting"] = waiting };
    }
}

/// <summary>It runs.</summary>
internal sealed record RunningContainer(DateTimeOffset StartedAt) : ContainerState
{
    /// <inheritdoc />
    public override JsonObject ToJson() => new() { ["running"] = new JsonObject { ["startedAt"] = StartedAt.ToStamp() } };
}

/// <summary>It ran and has ended.</summary>
internal sealed record TerminatedContainer(
    int ExitCode, string Reason, string? Message, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string ContainerId) : ContainerState
{
    /// <inheritdoc />
    public override JsonObject ToJson()
    {
        var terminated = new JsonObject { ["exitCode"] = ExitCode, ["reason"] = Reason };
        if (Message is not null)
        {
            terminated["message"] = Message;
        }

        terminated["startedAt"] = StartedAt.ToStamp();
        terminated["finishedAt"] = FinishedAt.ToStamp();
        terminated["containerID"] = ContainerId;
        return new JsonObject { ["terminated"] = terminated };
    }
}

/// <summary>All that a pod's status says about a container, at one moment.</summary>
/// <param name="State">What it is doing.</param>
/// <param name="LastState">How it ended the last time, null when it hasn't.</param>
/// <param name="IsReady">Whether it is ready.</param>
/// <param name="IsStarted">Whether it runs and its startup probe, if any, succeeded.</param>
/// <param name="RestartCount">How many times it was started again.</param>
/// <param name="ContainerId">The runtime's id for its present or last run, null before the first.</param>
internal sealed record ContainerStatus(
    ContainerState State,
    TerminatedContainer? LastState = null,
    bool IsReady = false,
    bool IsStarted = false,
    int RestartCount = 0,
    string? ContainerId = null);
