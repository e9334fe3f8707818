using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaK8s.Sandbox.Api.Validation;

/// <summary>The rules for names, labels and selectors.</summary>
internal static partial class Names
{
    private const string LabelRule =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string SubdomainRule =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string ServiceRule =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string ValueRule =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const string KeyRule =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    /// <summary>Checks an object's own name.</summary>
    public static void CheckName(ResourceKind kind, JsonObject item, FieldErrors errors)
    {
        var name = item.Name();
        if (name.Length == 0)
        {
            errors.Required("metadata.name", "name or generateName is required");
            return;
        }

        if (kind == ResourceKind.Namespaces || kind == ResourceKind.StatefulSets)
        {
            CheckLabel("metadata.name", name, errors);
        }
        else if (kind == ResourceKind.Services)
        {
            Check("metadata.name", name, Service(), ServiceRule, 63, errors);
        }
        else if (kind.Group == "rbac.authorization.k8s.io")
        {
            if (name is "." or ".." || name.Contains('/', StringComparison.Ordinal) || name.Contains('%', StringComparison.Ordinal))
            {
                errors.Invalid("metadata.name", name, "may not contain '/' or '%', or be '.' or '..'");
            }
        }
        else
        {
            CheckSubdomain("metadata.name", name, errors);
        }
    }

    public static void CheckLabel(string field, string name, FieldErrors errors) => Check(field, name, Label(), LabelRule, 63, errors);

    public static void CheckSubdomain(string field, string name, FieldErrors errors) => Check(field, name, Subdomain(), SubdomainRule, 253, errors);

    public static void CheckLabels(string field, JsonNode? labels, FieldErrors errors)
    {
        foreach (var (key, value) in labels as JsonObject ?? [])
        {
            CheckKey(field, key, errors);
            var text = value!.GetValue<string>();
            if (text.Length > 63)
            {
                errors.Invalid(field, text, "must be no more than 63 bytes");
            }

            if (!Value().IsMatch(text))
            {
                errors.Invalid(field, text, ValueRule);
            }
        }
    }

    public static void CheckKey(string field, string key, FieldErrors errors)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && !Subdomain().IsMatch(key[..slash]))
        {
            errors.Invalid(field, key, $"prefix part {SubdomainRule}");
        }

        if (!Key().IsMatch(key[(slash + 1)..]))
        {
            errors.Invalid(field, key, KeyRule);
        }
    }

    private static void Check(string field, string name, Regex form, string rule, int length, FieldErrors errors)
    {
        if (name.Length > length)
        {
            errors.Invalid(field, name, $"must be no more than {length} bytes");
        }

        if (!form.IsMatch(name))
        {
            errors.Invalid(field, name, rule);
        }
    }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Label();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"\A[a-z]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Service();

    [GeneratedRegex(@"\A(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z")]
    private static partial Regex Value();

    [GeneratedRegex(@"\A([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex Key();
}
