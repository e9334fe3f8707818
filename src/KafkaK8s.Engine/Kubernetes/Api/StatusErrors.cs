using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaK8s.Engine.Kubernetes;

/// <summary>
/// Turns a refusal by the API server into an error. Only a Status object's words are quoted, and plain text in part; any other
/// body may be a proxy's page, or hold what was sent.
/// </summary>
internal static partial class StatusErrors
{
    /// <summary>The key of an error's data that has the names of the managers it conflicts with, a <c>string[]</c>.</summary>
    internal const string Managers = "Managers";

    private const int QuotedText = 300;

    /// <summary>Makes an error of an answer that is not a success.</summary>
    public static EngineException Translate(HttpStatusCode code, string? contentType, ReadOnlySpan<byte> body, ApiCall call, KubernetesConnection connection) =>
        Translate(code, StatusOf(contentType, body), PlainText(contentType, body), call, connection);

    /// <summary>Makes an error of a Status object, as a watch or an exec delivers it.</summary>
    public static EngineException Translate(JsonObject status, ApiCall call, KubernetesConnection connection) =>
        Translate((HttpStatusCode)((int?)status["code"] ?? 500), status, null, call, connection);

    /// <summary>Reads a body as a Status object, or returns null where it is none.</summary>
    public static JsonObject? StatusOf(string? contentType, ReadOnlySpan<byte> body)
    {
        if (contentType?.Contains("json", StringComparison.OrdinalIgnoreCase) != true)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(body) is JsonObject status && (string?)status["kind"] == "Status" ? status : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static EngineException Translate(HttpStatusCode code, JsonObject? status, string? text, ApiCall call, KubernetesConnection connection)
    {
        var words = (string?)status?["message"] ?? text ?? $"the server answered {((int)code).ToString(CultureInfo.InvariantCulture)}";
        var causes = Causes(status);
        EngineException Error(string id, EngineErrorKind kind, string message, string? advice = null) => new(id, kind, call.Target, message, advice);

        return code switch
        {
            HttpStatusCode.Unauthorized => Error(
                "NotAuthenticated",
                EngineErrorKind.Authentication,
                $"The server {connection.Server} of context \"{connection.ContextName}\" does not accept {connection.CredentialDescription}: {words}.",
                "It may have expired: log in to the cluster again, or have the kubeconfig written anew."),
            HttpStatusCode.Forbidden when causes.Any(cause => cause.Reason == "NamespaceTerminating") => Error(
                "NamespaceTerminating",
                EngineErrorKind.Conflict,
                $"Can't {call.Description}: {words}.",
                "Wait until the namespace is gone, then try again."),
            HttpStatusCode.Forbidden when words.Contains("exceeded quota", StringComparison.Ordinal) => Error(
                "QuotaExceeded",
                EngineErrorKind.Unavailable,
                $"Can't {call.Description}: {words}.",
                "Ask for less, or have the namespace's quota raised."),
            HttpStatusCode.Forbidden when status is not null && !words.Contains("\" cannot ", StringComparison.Ordinal) => Error(
                "AdmissionRefused",
                EngineErrorKind.PermissionDenied,
                $"The cluster's rules don't allow to {call.Description}: {words}.",
                "A policy of the cluster refuses it: change what it objects to, or ask who runs the cluster."),
            HttpStatusCode.Forbidden => Error(
                "PermissionDenied",
                EngineErrorKind.PermissionDenied,
                $"Not allowed to {call.Description}: {words}.",
                PermissionAdvice(words, call)),
            HttpStatusCode.NotFound when IsUnknownPath(status) => Error(
                "ApiNotFound",
                EngineErrorKind.NotSupported,
                $"The server {connection.Server} has no {call.Resource}{(call.Group.Length > 0 ? $" in {call.Group}" : "")} at {call.Path}: {words}.",
                "The cluster's version is too new or too old for it, or the server in the kubeconfig is not a Kubernetes API."),
            HttpStatusCode.NotFound when (string?)status?["details"]?["kind"] == "namespaces" => new EngineException(
                "NamespaceNotFound",
                EngineErrorKind.NotFound,
                call.Namespace ?? call.Name,
                $"There is no namespace \"{call.Namespace ?? call.Name}\" in context \"{connection.ContextName}\".",
                "Create it with New-KafkaNamespace, or name another with -Namespace."),
            HttpStatusCode.NotFound => Error("ResourceNotFound", EngineErrorKind.NotFound, $"Can't {call.Description}: {words}."),
            HttpStatusCode.Conflict when causes.Any(cause => cause.Reason == "FieldManagerConflict") => FieldManagerConflict(causes, call),
            HttpStatusCode.Conflict when (string?)status?["reason"] == "AlreadyExists" => Error(
                "ResourceAlreadyExists",
                EngineErrorKind.AlreadyExists,
                $"Can't {call.Description}: {words}."),
            HttpStatusCode.Conflict => Error(
                "ResourceConflict",
                EngineErrorKind.Conflict,
                $"Can't {call.Description}: {words}.",
                "Something else changed it at the same time: look at it, then try again."),
            HttpStatusCode.Gone => Error("ResourceExpired", EngineErrorKind.Conflict, $"Can't {call.Description}: {words}.", "Try again."),
            HttpStatusCode.UnprocessableEntity => Error("ResourceInvalid", EngineErrorKind.InvalidArgument, Invalid(words, causes, call)),
            HttpStatusCode.BadRequest when words.Contains("is not valid for pod", StringComparison.Ordinal) => Error(
                "ContainerNotFound", EngineErrorKind.NotFound, $"Can't {call.Description}: {words}."),
            HttpStatusCode.BadRequest when words.StartsWith("previous terminated container", StringComparison.Ordinal) => Error(
                "PreviousLogNotFound", EngineErrorKind.NotFound, $"Can't {call.Description}: {words}.", "The container has not been restarted."),
            HttpStatusCode.BadRequest or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway when IsNotRunning(words) => Error(
                "ContainerNotRunning",
                EngineErrorKind.Unavailable,
                $"Can't {call.Description}: {words}.",
                "Wait until the pod runs; Get-KafkaLog and the pod's events say what holds it up."),
            HttpStatusCode.BadRequest when words.Contains("does not support dry run", StringComparison.Ordinal) => Error(
                "DryRunNotSupported",
                EngineErrorKind.NotSupported,
                $"What would come of it can't be told: to {call.Description} is refused as a dry run: {words}.",
                "Whoever runs the cluster can give its webhook sideEffects: None; without a preview it can be done all the same."),
            HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge => Error(
                "RequestRefused", EngineErrorKind.InvalidArgument, $"Can't {call.Description}: {words}."),
            HttpStatusCode.InternalServerError when words.Contains("field not declared in schema", StringComparison.Ordinal) => Error(
                "ResourceInvalid",
                EngineErrorKind.InvalidArgument,
                $"Can't {call.Description}: {words}.",
                "The field is misspelled, or the cluster's version does not have it."),
            HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotAcceptable or HttpStatusCode.UnsupportedMediaType => Error(
                "CallNotSupported", EngineErrorKind.NotSupported, $"The server can't {call.Description}: {words}."),
            HttpStatusCode.TooManyRequests when causes.Any(cause => cause.Reason == "DisruptionBudget") => Error(
                "DisruptionBudgetExhausted",
                EngineErrorKind.Conflict,
                $"Can't {call.Description}: {words} {string.Join(' ', causes.Select(cause => cause.Message))}.",
                "Wait until all members are ready."),
            HttpStatusCode.TooManyRequests => Error(
                "TooManyRequests",
                EngineErrorKind.Unavailable,
                $"The server {connection.Server} is too busy to {call.Description}: {words}.",
                "Try again later."),
            HttpStatusCode.GatewayTimeout when call.Changes => Error(
                "OutcomeUnknown",
                EngineErrorKind.OutcomeUnknown,
                $"The server {connection.Server} gave up on {call.Description}: {words}. Whether it was done is not known.",
                "Look at the object, then try again."),
            _ => Error(
                "ServerError",
                EngineErrorKind.Unavailable,
                $"The server {connection.Server} could not {call.Description}: {words}.",
                "Try again; if it stays, look at the API server's log."),
        };
    }

    /// <summary>The rule that would allow it, in words that can be pasted. What the server names is better known than what was asked.</summary>
    private static string PermissionAdvice(string words, ApiCall call)
    {
        var match = CannotPattern().Match(words);
        var verb = match.Success ? match.Groups["verb"].Value : call.Verb;
        var resource = match.Success ? match.Groups["resource"].Value : call.Resource;
        var group = match.Success ? match.Groups["group"].Value : call.Group;

        // From 1.35 on, exec and port-forward through a WebSocket need both verbs.
        var verbs = resource.Contains('/', StringComparison.Ordinal) && verb is "get" or "create" && resource != "pods/log" ? "\"get\", \"create\"" : $"\"{verb}\"";
        var role = call.Namespace is { } space ? $"a Role of namespace {space}" : "a ClusterRole";
        return $"Ask for this rule in {role}: {{ apiGroups: [\"{group}\"], resources: [\"{resource}\"], verbs: [{verbs}] }}";
    }

    private static EngineException FieldManagerConflict(IReadOnlyList<Cause> causes, ApiCall call)
    {
        var managers = causes
            .Where(cause => cause.Reason == "FieldManagerConflict")
            .GroupBy(cause => ManagerPattern().Match(cause.Message) is { Success: true } match ? match.Groups[1].Value : cause.Message)
            .ToList();
        var conflict = new EngineException(
            "FieldManagerConflict",
            EngineErrorKind.Conflict,
            call.Target,
            $"Can't {call.Description}: others manage fields that would change: {string.Join("; ", managers.Select(group => $"\"{group.Key}\" set {string.Join(", ", group.Select(cause => cause.Field))}"))}.",
            "Leave these fields as they are, or take them over with -Force.");
        conflict.Data[Managers] = managers.Select(group => group.Key).ToArray();
        return conflict;
    }

    private static string Invalid(string words, IReadOnlyList<Cause> causes, ApiCall call)
    {
        // A Secret's values may be in the words.
        var quoted = call.Resource == "secrets" || causes.Count == 0
            ? causes.Select(cause => $"{cause.Field}: {cause.Reason}")
            : causes.Select(cause => $"{cause.Field}: {cause.Message}");
        var list = string.Join("; ", quoted);
        return $"The server refuses to {call.Description}: {(list.Length > 0 ? list : call.Resource == "secrets" ? "it is invalid" : words)}.";
    }

    /// <summary>Whether a refusal's words say that there is no running container to do it in.</summary>
    public static bool IsNotRunning(string words) =>
        words.Contains("container not found", StringComparison.Ordinal)
        || words.Contains("is waiting to start", StringComparison.Ordinal)
        || words.Contains("does not have a host assigned", StringComparison.Ordinal)
        || words.Contains("is not running", StringComparison.Ordinal)
        || words.Contains("CONTAINER_EXITED", StringComparison.Ordinal)
        || words.Contains("cannot exec into a container in a completed pod", StringComparison.Ordinal);

    /// <summary>A path that the server doesn't know has no object in its details.</summary>
    private static bool IsUnknownPath(JsonObject? status) =>
        status is null || (string?)status["details"]?["kind"] is null && (string?)status["details"]?["name"] is null
            && ((string?)status["message"])?.StartsWith("the server could not find the requested resource", StringComparison.Ordinal) == true;

    private static IReadOnlyList<Cause> Causes(JsonObject? status) => status?["details"]?["causes"] is JsonArray causes
        ? [.. causes.OfType<JsonObject>().Select(cause => new Cause((string?)cause["reason"] ?? "", (string?)cause["message"] ?? "", (string?)cause["field"] ?? ""))]
        : [];

    private static string? PlainText(string? contentType, ReadOnlySpan<byte> body)
    {
        if (contentType?.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase) != true)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, QuotedText)]).Trim();
        return text.Length == 0 ? null : text;
    }

    [GeneratedRegex("cannot (?<verb>\\S+) resource \"(?<resource>[^\"]+)\" in API group \"(?<group>[^\"]*)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex CannotPattern();

    [GeneratedRegex("^conflict with \"([^\"]+)\"")]
    private static partial Regex ManagerPattern();

    private sealed record Cause(string Reason, string Message, string Field);
}
