using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api.Schema;
using KafkaK8s.Sandbox.Api.Selectors;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>Streams changes to a client, one JSON object a line.</summary>
internal sealed class WatchEndpoint
{
    private readonly HttpContext _context;
    private readonly ApiRequest _request;
    private readonly ObjectStore _store;
    private readonly LabelSelector _labels;
    private readonly FieldSelector _fields;
    private readonly bool _wantsBookmarks;
    private long _seen;

    private WatchEndpoint(HttpContext context, ApiRequest request, ObjectStore store)
    {
        _context = context;
        _request = request;
        _store = store;
        var query = context.Request.Query;
        _labels = LabelSelector.Parse(query["labelSelector"]);
        _fields = FieldSelector.Parse(request.Kind, query["fieldSelector"]);
        _wantsBookmarks = query["allowWatchBookmarks"].ToString() is "true" or "1";
    }

    public static Task ServeAsync(HttpContext context, ApiRequest request, ObjectStore store) =>
        new WatchEndpoint(context, request, store).ServeAsync();

    private async Task ServeAsync()
    {
        _context.Response.ContentType = "application/json";
        await _context.Response.StartAsync(_context.RequestAborted);
        await _context.Response.Body.FlushAsync(_context.RequestAborted);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_context.RequestAborted);

        // The client's time, not the sandbox's: it waits on its own clock.
        if (double.TryParse(_context.Request.Query["timeoutSeconds"], CultureInfo.InvariantCulture, out var seconds) && seconds > 0)
        {
            end.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        try
        {
            await StreamAsync(end.Token);
        }
        catch (ApiException refusal)
        {
            await WriteAsync("ERROR", refusal.ToStatus());
        }
        catch (OperationCanceledException) when (!_context.RequestAborted.IsCancellationRequested)
        {
            var version = _store.Version;
            if (_wantsBookmarks && version > _seen)
            {
                _seen = version;
                await WriteBookmarkAsync(isInitialEnd: false);
            }
        }
    }

    private async Task StreamAsync(CancellationToken cancellation)
    {
        var query = _context.Request.Query;
        var asked = query["resourceVersion"].ToString();
        var sendInitial = query["sendInitialEvents"].ToString() is "true" or "1";
        if (sendInitial || asked is "" or "0")
        {
            var (items, version) = _store.Snapshot(_request.Kind, _request.Namespace);
            _seen = version;
            foreach (var item in items.Where(IsSelected))
            {
                await WriteAsync("ADDED", Representation.Of(_context.Request, _request.Kind, item, _store.Clock));
            }

            if (_wantsBookmarks && (sendInitial || asked == "0"))
            {
                await WriteBookmarkAsync(isInitialEnd: true);
            }
        }
        else
        {
            _seen = long.TryParse(asked, CultureInfo.InvariantCulture, out var from)
                ? from
                : throw ApiException.BadRequest($"invalid resource version \"{asked}\": strconv.ParseUint: parsing \"{asked}\": invalid syntax");
        }

        await foreach (var change in _store.WatchAsync(_request.Kind, _request.Namespace, _seen, cancellation))
        {
            _seen = change.Version;
            if (EventFor(change) is { } type)
            {
                await WriteAsync(type, Representation.Of(_context.Request, _request.Kind, change.Object, _store.Clock));
            }
        }
    }

    // An object that begins to match is added to this watch, one that ceases to is deleted from it.
    private string? EventFor(StoreEvent change) => (change.Previous is not null && IsSelected(change.Previous), IsSelected(change.Object)) switch
    {
        (false, true) when change.Type != StoreEventType.Deleted => "ADDED",
        (true, true) when change.Type == StoreEventType.Modified => "MODIFIED",
        (true, _) => "DELETED",
        _ => null,
    };

    private bool IsSelected(JsonObject item) =>
        _labels.Matches(item.At("metadata", "labels")) && _fields.Matches(item) && (_request.Name is null || _request.Name == item.Name());

    private Task WriteBookmarkAsync(bool isInitialEnd)
    {
        var bookmark = ObjectDecoder.Empty(_request.Kind);
        var metadata = bookmark.Child("metadata");
        metadata["resourceVersion"] = _seen.ToString(CultureInfo.InvariantCulture);
        if (isInitialEnd)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        return WriteAsync("BOOKMARK", Representation.Of(_context.Request, _request.Kind, bookmark, _store.Clock));
    }

    private async Task WriteAsync(string type, JsonObject item)
    {
        await _context.Response.WriteAsync(new JsonObject { ["type"] = type, ["object"] = item }.ToText() + "\n", _context.RequestAborted);
        await _context.Response.Body.FlushAsync(_context.RequestAborted);
    }
}
