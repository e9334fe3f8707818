using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;
using KafkaK8s.Sandbox.Pods.Streams;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>Serves what the API server hands on to the kubelet: logs, exec, attach and port-forward.</summary>
internal sealed class PodEndpoints(Kubelet kubelet, PodSessions sessions) : IPodSubresources
{
    /// <inheritdoc />
    public Task LogAsync(HttpContext context, JsonObject pod) => PodLogResponse.WriteAsync(context, pod, kubelet.Find(pod.Namespace(), pod.Name()));

    /// <inheritdoc />
    public async Task ExecAsync(HttpContext context, JsonObject pod)
    {
        var query = context.Request.Query;
        var name = ContainerOf(pod, query["container"]);
        var wants = new ExecStreams(IsSet(query, "stdin"), IsSet(query, "stdout"), IsSet(query, "stderr"), IsSet(query, "tty"));
        if (pod.HasEnded())
        {
            throw ApiException.BadRequest($"cannot exec into a container in a completed pod; current phase is {pod.Phase()}");
        }

        if (!wants.Any)
        {
            await RefuseAsync(context, 400, "you must specify at least 1 of stdin, stdout, stderr");
            return;
        }

        if (Running(pod, name) is not { } running)
        {
            await RefuseAsync(context, 500, $"container not found (\"{name}\")");
            return;
        }

        if (await ChannelSocket.AcceptAsync(context, ChannelSocket.ExecProtocols) is not { } socket)
        {
            return;
        }

        using var session = sessions.Begin(pod, context);
        using (socket)
        {
            var arguments = query["command"].Select(argument => argument ?? "").ToList();
            await new ExecSession(socket, running, wants).RunAsync(arguments, session.Token);
        }
    }

    /// <inheritdoc />
    public async Task AttachAsync(HttpContext context, JsonObject pod)
    {
        var name = ContainerOf(pod, context.Request.Query["container"]);
        await (Running(pod, name) is null
            ? RefuseAsync(context, 500, $"container {name} not found in pod {pod.Name()}_{pod.Namespace()}")
            : RefuseAsync(context, 501, "a practice cluster doesn't attach to containers; read their log, or use exec"));
    }

    /// <inheritdoc />
    public async Task PortForwardAsync(HttpContext context, JsonObject pod)
    {
        var ports = context.Request.Query["ports"].SelectMany(list => (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)).ToList();
        if (ports.Count == 0 || !ports.All(port => ushort.TryParse(port, out var number) && number > 0))
        {
            await RefuseAsync(context, 400, ports.Count == 0 ? "query parameter \"port\" is required" : $"invalid port \"{ports.First(port => !ushort.TryParse(port, out var number) || number == 0)}\"");
            return;
        }

        if (pod.Phase() != "Running")
        {
            throw ApiException.BadRequest($"unable to forward port because pod is not running. Current status={pod.Phase()}");
        }

        var containers = kubelet.Find(pod.Namespace(), pod.Name())?.Containers.Select(container => container.Running).OfType<IContainer>().ToList() ?? [];
        if (await ChannelSocket.AcceptAsync(context, ChannelSocket.PortForwardProtocols) is not { } socket)
        {
            return;
        }

        using var session = sessions.Begin(pod, context);
        using (socket)
        {
            await new PortForwardSession(socket, containers).RunAsync([.. ports.Select(ushort.Parse)], session.Token);
        }
    }

    /// <summary>The container that a request is about.</summary>
    /// <exception cref="ApiException">The pod has none of that name, or several and none is named.</exception>
    public static string ContainerOf(JsonObject pod, string? asked)
    {
        var names = pod.ObjectsAt("spec", "containers").Select(container => container.TextAt("name")!).ToList();
        var initial = pod.ObjectsAt("spec", "initContainers").Select(container => container.TextAt("name")!).ToList();
        if (!string.IsNullOrEmpty(asked))
        {
            return names.Concat(initial).Contains(asked)
                ? asked
                : throw ApiException.BadRequest($"container {asked} is not valid for pod {pod.Name()}");
        }

        if (names.Count == 1)
        {
            return names[0];
        }

        var also = initial.Count > 0 ? $" or one of the init containers: [{string.Join(' ', initial)}]" : "";
        throw ApiException.BadRequest($"a container name must be specified for pod {pod.Name()}, choose one of: [{string.Join(' ', names)}]{also}");
    }

    private IContainer? Running(JsonObject pod, string container) =>
        kubelet.Find(pod.Namespace(), pod.Name())?.AllContainers.FirstOrDefault(candidate => candidate.Name == container)?.Running;

    private static bool IsSet(IQueryCollection query, string name) => query[name].ToString() is "1" or "true" or "True";

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why, context.RequestAborted);
    }
}
