using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>A page of a list.</summary>
/// <param name="Items">Its objects.</param>
/// <param name="Version">The version of the list.</param>
/// <param name="Continue">The token of the next page, null when there is none.</param>
/// <param name="Remaining">How many come after it, null when that isn't told.</param>
internal sealed record Page(IReadOnlyList<JsonObject> Items, long Version, string? Continue, int? Remaining);

/// <summary>Cuts lists into pages by <c>limit</c> and <c>continue</c>.</summary>
internal static class Paging
{
    private const string TooOld =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

    /// <summary>The page that a query asks for.</summary>
    /// <param name="query">The query.</param>
    /// <param name="items">The whole list, in order.</param>
    /// <param name="version">The list's version.</param>
    /// <param name="store">Knows what is compacted.</param>
    /// <param name="isWhole">Whether nothing was selected, so that what remains is told.</param>
    /// <exception cref="ApiException">400: no token. 410: a token from before the history was forgotten.</exception>
    public static Page Take(IQueryCollection query, List<JsonObject> items, long version, ObjectStore store, bool isWhole)
    {
        var remaining = items;
        if (query["continue"].ToString() is { Length: > 0 } token)
        {
            var (start, at) = Read(token);
            if (at < store.CompactedVersion)
            {
                throw new ApiException(410, "Expired", TooOld);
            }

            version = at;
            remaining = [.. items.Where(item => string.CompareOrdinal(Key(item), start) > 0)];
        }

        var limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var asked) && asked > 0 ? asked : int.MaxValue;
        if (remaining.Count <= limit)
        {
            return new Page(remaining, version, null, null);
        }

        var page = remaining[..limit];
        return new Page(page, version, Write(Key(page[^1]), version), isWhole ? remaining.Count - limit : null);
    }

    private static string Key(JsonObject item) => $"{item.Namespace()}/{item.Name()}\0";

    private static string Write(string start, long version)
    {
        var token = new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = version, ["start"] = start };
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(token.ToJsonString())).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    private static (string Start, long Version) Read(string token)
    {
        string text;
        try
        {
            var padded = token.Replace('-', '+').Replace('_', '/').PadRight((token.Length + 3) / 4 * 4, '=');
            text = Encoding.UTF8.GetString(Convert.FromBase64String(padded));
        }
        catch (FormatException)
        {
            throw Invalid("illegal base64 data");
        }

        try
        {
            var parsed = JsonNode.Parse(text);
            return (parsed.TextAt("start") ?? throw Invalid("missing start"), parsed.NumberAt("rv") ?? throw Invalid("missing rv"));
        }
        catch (JsonException)
        {
            throw Invalid(GoJsonError.Describe(text));
        }
    }

    private static ApiException Invalid(string why) => ApiException.BadRequest($"invalid continue token: continue key is not valid: {why}");
}
