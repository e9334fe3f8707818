namespace KafkaK8s.Engine.Clusters.Ensembles;

/// <summary>A stage of a change: the ensemble's list changes by one member at most, and everyone who has the old list is restarted.</summary>
/// <param name="From">How many servers are on the list before it.</param>
/// <param name="To">How many afterwards.</param>
/// <param name="Moves">What is done, in order.</param>
internal sealed record EnsembleStage(int From, int To, IReadOnlyList<EnsembleMove> Moves)
{
    /// <summary>Whether nobody serves for a moment: with one or two members every restart stops the ensemble.</summary>
    public bool Pauses => Math.Min(From, To) <= 2 && Moves.Any(move => move is EnsembleMove.Restart);
}

/// <summary>One thing that is done to an ensemble.</summary>
internal abstract record EnsembleMove
{
    private EnsembleMove()
    {
    }

    /// <summary>The StatefulSet is given a number of pods, and its template a list.</summary>
    public sealed record Resize(int Replicas, int ListSize) : EnsembleMove;

    /// <summary>A pod that was not there, or was not on its own list, becomes a member.</summary>
    public sealed record Join(int Id) : EnsembleMove;

    /// <summary>Where this member leads, another one is made to.</summary>
    public sealed record HandOver(int Id) : EnsembleMove;

    /// <summary>A member is restarted, and has the template's list afterwards.</summary>
    public sealed record Restart(int Id) : EnsembleMove;

    /// <summary>A pod goes, and does not come back.</summary>
    public sealed record Leave(int Id) : EnsembleMove;
}
