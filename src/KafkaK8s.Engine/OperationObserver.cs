namespace KafkaK8s.Engine;

/// <summary>
/// An observer made of three callbacks. The cmdlets use it instead of a class of their own: a type that implements one of the
/// engine's interfaces would load the engine as soon as PowerShell lists the module's types.
/// </summary>
/// <param name="onRemoteCall">Hears of a call's end.</param>
/// <param name="onProgress">Hears how far an operation is.</param>
/// <param name="onWarning">Hears of what is surprising.</param>
public sealed class OperationObserver(
    Action<string, TimeSpan> onRemoteCall, Action<OperationProgress> onProgress, Action<string> onWarning) : IOperationObserver
{
    /// <summary>Hears nothing.</summary>
    public static OperationObserver Silent { get; } = new(static (_, _) => { }, static _ => { }, static _ => { });

    /// <inheritdoc/>
    public void RemoteCall(string description, TimeSpan duration) => onRemoteCall(description, duration);

    /// <inheritdoc/>
    public void Progress(OperationProgress progress) => onProgress(progress);

    /// <inheritdoc/>
    public void Warning(string message) => onWarning(message);
}
