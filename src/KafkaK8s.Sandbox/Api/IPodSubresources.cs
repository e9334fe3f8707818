using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace KafkaK8s.Sandbox.Api;

/// <summary>
/// Serves what the API server hands on to the kubelet. The pod exists and the user may do it; everything else about the request,
/// its refusals included, is up to the implementation, which throws <see cref="ApiException"/> before it has written anything.
/// </summary>
internal interface IPodSubresources
{
    /// <summary><c>GET …/pods/NAME/log</c>.</summary>
    Task LogAsync(HttpContext context, JsonObject pod);

    /// <summary><c>GET or POST …/pods/NAME/exec</c>.</summary>
    Task ExecAsync(HttpContext context, JsonObject pod);

    /// <summary><c>GET or POST …/pods/NAME/attach</c>.</summary>
    Task AttachAsync(HttpContext context, JsonObject pod);

    /// <summary><c>GET or POST …/pods/NAME/portforward</c>.</summary>
    Task PortForwardAsync(HttpContext context, JsonObject pod);
}
