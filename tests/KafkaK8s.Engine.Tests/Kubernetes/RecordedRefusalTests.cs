using System.Text.Json.Nodes;
using KafkaK8s.Engine.Kubernetes;

namespace KafkaK8s.Engine.Tests.Kubernetes;

/// <summary>Each refusal that a real cluster gave, and what a user is told.</summary>
public sealed class RecordedRefusalTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("policy-v1beta1-gone", "ApiNotFound", EngineErrorKind.NotSupported, "apis/policy/v1beta1", null)]
    [InlineData("unauthenticated", "PermissionDenied", EngineErrorKind.PermissionDenied, "system:anonymous", "a ClusterRole: { apiGroups: [\"\"], resources: [\"namespaces\"], verbs: [\"list\"] }")]
    [InlineData("bad-token", "NotAuthenticated", EngineErrorKind.Authentication, "the token of user \"tester\"", "log in")]
    [InlineData("namespace-missing", "NamespaceNotFound", EngineErrorKind.NotFound, "the-project", "New-KafkaNamespace")]
    [InlineData("namespace-exists", "ResourceAlreadyExists", EngineErrorKind.AlreadyExists, "already exists", null)]
    [InlineData("namespace-bad-name", "ResourceInvalid", EngineErrorKind.InvalidArgument, "metadata.name: Invalid value: \"Bad_Name\"", null)]
    [InlineData("create-in-missing-namespace", "NamespaceNotFound", EngineErrorKind.NotFound, "absent", "New-KafkaNamespace")]
    [InlineData("namespace-mismatch", "RequestRefused", EngineErrorKind.InvalidArgument, "does not match", null)]
    [InlineData("apply-no-manager", "ResourceInvalid", EngineErrorKind.InvalidArgument, "fieldManager: Required value", null)]
    [InlineData("apply-conflict", "FieldManagerConflict", EngineErrorKind.Conflict, "\"KafkaK8s\" set .spec.ports[port=2181,protocol=\"TCP\"].targetPort", "-Force")]
    [InlineData("apply-own-again-conflict", "FieldManagerConflict", EngineErrorKind.Conflict, "\"someone-else\" set", "-Force")]
    [InlineData("apply-after-scale-conflict", "FieldManagerConflict", EngineErrorKind.Conflict, "\"recorder\" set .spec.replicas", "-Force")]
    [InlineData("adopt-statefulset-changed-conflict", "FieldManagerConflict", EngineErrorKind.Conflict, "\"kubectl-create\" set .spec.replicas, .spec.template", "-Force")]
    [InlineData("apply-unknown-field-strict", "ResourceInvalid", EngineErrorKind.InvalidArgument, ".spec.selektor: field not declared in schema", "misspelled")]
    [InlineData("apply-invalid", "ResourceInvalid", EngineErrorKind.InvalidArgument, "spec.ports[1].port: Invalid value: 70000", null)]
    [InlineData("apply-to-policy-v1beta1", "ApiNotFound", EngineErrorKind.NotSupported, "poddisruptionbudgets", null)]
    [InlineData("bad-selector", "RequestRefused", EngineErrorKind.InvalidArgument, "unable to parse requirement", null)]
    [InlineData("statefulset-immutable", "ResourceInvalid", EngineErrorKind.InvalidArgument, "spec: Forbidden: updates to statefulset spec", null)]
    [InlineData("put-stale", "ResourceConflict", EngineErrorKind.Conflict, "the object has been modified", "try again")]
    [InlineData("delete-missing", "ResourceNotFound", EngineErrorKind.NotFound, "pods \"absent\" not found", null)]
    [InlineData("method-not-allowed", "CallNotSupported", EngineErrorKind.NotSupported, "does not allow this method", null)]
    [InlineData("impersonated-forbidden-list", "PermissionDenied", EngineErrorKind.PermissionDenied, "User \"tenant\"", "a Role of namespace the-project: { apiGroups: [\"\"], resources: [\"pods\"], verbs: [\"list\"] }")]
    [InlineData("impersonated-forbidden-exec", "PermissionDenied", EngineErrorKind.PermissionDenied, "pods/exec", "{ apiGroups: [\"\"], resources: [\"pods/exec\"], verbs: [\"get\", \"create\"] }")]
    [InlineData("impersonated-forbidden-apply", "PermissionDenied", EngineErrorKind.PermissionDenied, "cannot patch", "{ apiGroups: [\"apps\"], resources: [\"statefulsets\"], verbs: [\"patch\"] }")]
    [InlineData("log-missing-container", "ContainerNotFound", EngineErrorKind.NotFound, "container nope is not valid", null)]
    [InlineData("log-previous-none", "PreviousLogNotFound", EngineErrorKind.NotFound, "previous terminated container", "restarted")]
    [InlineData("log-bad-image", "ContainerNotRunning", EngineErrorKind.Unavailable, "trying and failing to pull image", "events")]
    [InlineData("evict-blocked-by-budget", "DisruptionBudgetExhausted", EngineErrorKind.Conflict, "needs 2 healthy pods and has 2 currently", "ready")]
    [InlineData("patch-unsupported-type", "CallNotSupported", EngineErrorKind.NotSupported, "Unsupported Media Type", null)]
    [InlineData("delete-precondition", "ResourceConflict", EngineErrorKind.Conflict, "does not match the UID in record", null)]
    [InlineData("create-in-terminating-namespace", "NamespaceTerminating", EngineErrorKind.Conflict, "is being terminated", "Wait")]
    [InlineData("list-expired-continue", "RequestRefused", EngineErrorKind.InvalidArgument, "invalid continue token", null)]
    public async Task A_refusal_is_told_with_its_reason(string name, string id, EngineErrorKind kind, string words, string? advice)
    {
        var recorded = RecordedKubernetes.Named("rest.jsonl", name);
        var calls = 0;
        await using var server = await TestServer.StartAsync(context =>
        {
            calls++;
            return context.JsonAsync((int)recorded["response"]!["status"]!, recorded["response"]!["body"]!.ToJsonString());
        });
        using var connection = server.Open();

        var error = await Assert.ThrowsAsync<EngineException>(() => connection.SendForJsonAsync(CallOf(recorded["request"]!.AsObject()), Cancellation));

        Assert.Equal(id, error.Id);
        Assert.Equal(kind, error.Kind);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        if (advice is not null)
        {
            Assert.Contains(advice, error.Advice, StringComparison.Ordinal);
        }

        Assert.Equal(1, calls);
    }

    /// <summary>The call that the engine would have made to get there.</summary>
    private static ApiCall CallOf(JsonObject request)
    {
        var method = new HttpMethod((string)request["method"]!);
        var path = ((string)request["path"]!).Split('?')[0].TrimStart('/');
        string[] parts = path.Split('/');
        var isCore = parts[0] == "api";
        string[] rest = [.. parts.Skip(isCore ? 2 : 3)];
        var (space, resource) = rest is ["namespaces", var name, .. { Length: > 0 } inside] ? (name, inside) : (null, rest);
        return new ApiCall(
            method,
            path,
            method.Method.ToLowerInvariant(),
            (resource.ElementAtOrDefault(0) ?? "kinds") + (resource.Length > 2 ? $"/{resource[2]}" : ""),
            isCore ? "" : parts[1],
            space,
            resource.ElementAtOrDefault(1));
    }
}
