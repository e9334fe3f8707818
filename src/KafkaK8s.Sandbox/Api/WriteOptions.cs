using KafkaK8s.Sandbox.Api.Validation;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>What a writing request's query asks for.</summary>
/// <param name="Manager">The field manager: the one that is named, else what the user agent starts with.</param>
/// <param name="DryRun">Whether nothing is to be stored.</param>
/// <param name="Force">Whether an apply takes fields away from other managers.</param>
internal sealed record WriteOptions(string Manager, bool DryRun, bool Force)
{
    /// <exception cref="ApiException">422: a value that isn't supported, or an apply without a manager.</exception>
    public static WriteOptions Read(HttpRequest request, bool isApply = false)
    {
        var errors = new FieldErrors();
        var dryRun = request.Query["dryRun"].ToString();
        if (dryRun is not ("" or "All"))
        {
            errors.Unsupported("dryRun", dryRun, "All");
        }

        var manager = request.Query["fieldManager"].ToString();
        if (isApply && manager.Length == 0)
        {
            errors.Required("fieldManager", "is required for apply patch");
        }

        var force = request.Query["force"].ToString() is "true" or "1";
        if (force && !isApply)
        {
            errors.Forbidden("force", "may not be specified for non-apply patch");
        }

        var options = request.Method switch { "POST" => "CreateOptions", "PUT" => "UpdateOptions", "DELETE" => "DeleteOptions", _ => "PatchOptions" };
        errors.ThrowIfAny("meta.k8s.io", options, $"{options}.meta.k8s.io", "");
        return new WriteOptions(manager.Length > 0 ? manager : Agent(request), dryRun == "All", force);
    }

    private static string Agent(HttpRequest request)
    {
        var agent = request.Headers.UserAgent.ToString();
        return agent.Length == 0 ? "unknown" : agent.Split('/')[0];
    }
}
