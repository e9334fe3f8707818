namespace KafkaK8s.Engine.Clusters.Changes;

/// <summary>What a step does.</summary>
public enum ChangeAction
{
    /// <summary>A field of a resource becomes another.</summary>
    ChangeField,

    /// <summary>A pod is deleted, and waited for until its successor is back.</summary>
    RestartPod,

    /// <summary>A pod that was restarted before, or isn't ready for another reason, is waited for.</summary>
    AwaitPod,

    /// <summary>A member joins.</summary>
    AddMember,

    /// <summary>A member that leads is made to follow.</summary>
    MoveLeadership,

    /// <summary>A member leaves.</summary>
    RemoveMember,

    /// <summary>The replicas of a partition move to other brokers.</summary>
    MovePartition,

    /// <summary>A claim becomes larger.</summary>
    GrowClaim,

    /// <summary>A claim whose member left stays, with the data in it.</summary>
    KeepClaim,

    /// <summary>A claim whose member left is deleted, and the data in it is lost.</summary>
    DeleteClaim,
}
