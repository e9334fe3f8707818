using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>Writes the events that tell people what the cluster does. The same thing again is counted, not written again.</summary>
internal sealed class EventRecorder(ObjectStore store)
{
    private readonly ConcurrentDictionary<(string? Uid, string? FieldPath, string Component, string Type, string Reason, string Message), string> _names = new();

    /// <summary>Records that something happened to an object.</summary>
    /// <param name="component">Who says so.</param>
    /// <param name="about">The object.</param>
    /// <param name="type">Normal or Warning.</param>
    /// <param name="reason">The reason, one word.</param>
    /// <param name="message">What happened.</param>
    /// <param name="fieldPath">The part of the object, null for all of it.</param>
    /// <param name="host">The node that says so, null for none.</param>
    public void Record(
        string component, JsonObject about, string type, string reason, string message, string? fieldPath = null, string? host = null)
    {
        var key = (about.TextAt("metadata", "uid"), fieldPath, component, type, reason, message);
        var now = store.Clock.GetUtcNow().ToStamp();
        if (_names.TryGetValue(key, out var name) && CountAgain(about.Namespace(), name, now))
        {
            return;
        }

        var source = new JsonObject { ["component"] = component };
        if (host is not null)
        {
            source["host"] = host;
        }

        var item = Compose(about, fieldPath, type, reason, message, component, host ?? "");
        item["source"] = source;
        item["firstTimestamp"] = now;
        item["lastTimestamp"] = now;
        item["count"] = 1;
        item["eventTime"] = null;
        _names[key] = item.Name();
        Write(item);
    }

    /// <summary>Records something as the scheduler does it: with the moment, and uncounted.</summary>
    public void RecordAction(string component, JsonObject about, string type, string reason, string action, string message)
    {
        var item = Compose(about, null, type, reason, message, component, $"{component}-sandbox");
        item["source"] = new JsonObject();
        item["firstTimestamp"] = null;
        item["lastTimestamp"] = null;
        item["eventTime"] = store.Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        item["action"] = action;
        Write(item);
    }

    private bool CountAgain(string ns, string name, string now) =>
        store.Change(
            ResourceKind.Events,
            ns,
            name,
            item =>
            {
                item["count"] = (item.NumberAt("count") ?? 1) + 1;
                item["lastTimestamp"] = now;
            }) is not null;

    private void Write(JsonObject item)
    {
        try
        {
            store.Create(ResourceKind.Events, item);
        }
        catch (ApiException)
        {
            // The namespace is going, and nobody will read what happened in it.
        }
    }

    private static JsonObject Compose(
        JsonObject about, string? fieldPath, string type, string reason, string message, string component, string instance)
    {
        var involved = new JsonObject
        {
            ["kind"] = about.TextAt("kind"),
            ["namespace"] = about.Namespace(),
            ["name"] = about.Name(),
            ["uid"] = about.TextAt("metadata", "uid"),
            ["apiVersion"] = about.TextAt("apiVersion"),
            ["resourceVersion"] = about.TextAt("metadata", "resourceVersion"),
        };
        if (fieldPath is not null)
        {
            involved["fieldPath"] = fieldPath;
        }

        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{about.Name()}.{Random.Shared.NextInt64(1L << 60, 1L << 61):x16}",
                ["namespace"] = about.Namespace(),
            },
            ["involvedObject"] = involved,
            ["reason"] = reason,
            ["message"] = message,
            ["type"] = type,
            ["reportingComponent"] = component,
            ["reportingInstance"] = instance,
        };
    }
}
