using System.Text.Json.Nodes;

namespace KafkaK8s.Sandbox.Api.Validation;

/// <summary>What is wrong with an object, field by field, worded as the API server words it.</summary>
internal sealed class FieldErrors
{
    private readonly List<(string Field, string Reason, string Message)> _errors = [];

    public void Required(string field, string detail = "") =>
        _errors.Add((field, "FieldValueRequired", detail.Length == 0 ? "Required value" : $"Required value: {detail}"));

    public void Invalid(string field, JsonNode? value, string detail) =>
        _errors.Add((field, "FieldValueInvalid", $"Invalid value: {value.ToText()}: {detail}"));

    public void Unsupported(string field, string? value, params string[] supported) => _errors.Add((
        field,
        "FieldValueNotSupported",
        $"Unsupported value: \"{value}\": supported values: {string.Join(", ", supported.Select(one => $"\"{one}\""))}"));

    public void Duplicate(string field, JsonNode? value) => _errors.Add((field, "FieldValueDuplicate", $"Duplicate value: {value.ToText()}"));

    public void Forbidden(string field, string detail) => _errors.Add((field, "FieldValueForbidden", $"Forbidden: {detail}"));

    public void NotFound(string field, JsonNode? value) => _errors.Add((field, "FieldValueNotFound", $"Not found: {value.ToText()}"));

    /// <exception cref="ApiException">422: something is wrong.</exception>
    public void ThrowIfAny(ResourceKind kind, string name) => ThrowIfAny(kind.Group, kind.Kind, kind.QualifiedKind, name);

    /// <exception cref="ApiException">422: something is wrong.</exception>
    public void ThrowIfAny(string group, string kind, string qualifiedKind, string name)
    {
        if (_errors.Count == 0)
        {
            return;
        }

        var all = _errors.Select(error => $"{error.Field}: {error.Message}").ToList();
        var details = new JsonObject();
        if (name.Length > 0)
        {
            details["name"] = name;
        }

        if (group.Length > 0)
        {
            details["group"] = group;
        }

        details["kind"] = kind;
        details["causes"] = new JsonArray(
        [
            .. _errors.Select(error => new JsonObject { ["reason"] = error.Reason, ["message"] = error.Message, ["field"] = error.Field }),
        ]);
        throw new ApiException(
            422, "Invalid", $"{qualifiedKind} \"{name}\" is invalid: {(all.Count == 1 ? all[0] : $"[{string.Join(", ", all)}]")}", details);
    }
}
