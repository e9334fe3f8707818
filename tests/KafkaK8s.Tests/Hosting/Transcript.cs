using System.Management.Automation;

namespace KafkaK8s.Tests.Hosting;

/// <summary>All that a script said, stream by stream.</summary>
internal sealed record Transcript(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Verbose,
    IReadOnlyList<string> Information,
    IReadOnlyList<ProgressRecord> Progress,
    string Screen,
    bool WasStopped)
{
    /// <summary>The output, when nothing went wrong.</summary>
    public IReadOnlyList<PSObject> Succeeded()
    {
        Assert.True(Errors.Count == 0, string.Join('\n', Errors.Select(Describe)));
        return Output;
    }

    /// <summary>The one object that was written, when nothing went wrong.</summary>
    public dynamic One() => Assert.Single(Succeeded());

    /// <summary>The one error.</summary>
    public ErrorRecord Failure()
    {
        Assert.True(Errors.Count == 1, $"Expected one error, got {Errors.Count}:\n{string.Join('\n', Errors.Select(Describe))}");
        return Errors[0];
    }

    /// <summary>The one error, which must be this one, with a category, a target and advice.</summary>
    public ErrorRecord Failure(string id, ErrorCategory category, string? target)
    {
        var error = Failure();
        Assert.Equal((id, category), (error.FullyQualifiedErrorId.Split(',')[0], error.CategoryInfo.Category));
        Assert.Equal(target, error.TargetObject?.ToString());
        Assert.False(string.IsNullOrWhiteSpace(error.ErrorDetails?.RecommendedAction), $"{id} gives no advice: {error}");
        return error;
    }

    private static string Describe(ErrorRecord error) => $"{error.FullyQualifiedErrorId} [{error.CategoryInfo}] {error}\n{error.Exception}";
}
