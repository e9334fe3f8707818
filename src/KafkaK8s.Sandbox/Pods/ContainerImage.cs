using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>Gets a container's image, and says so when it can't.</summary>
/// <param name="node">The node.</param>
/// <param name="container">The container's spec.</param>
/// <param name="record">Records an event: type, reason, message.</param>
/// <param name="wait">Shows what the container is waiting for.</param>
internal sealed class ContainerImage(
    NodeServices node, JsonObject container, Action<string, string, string> record, Action<WaitingContainer> wait)
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastBackOff = TimeSpan.FromMinutes(5);

    private readonly string _name = container.TextAt("image") ?? "";

    /// <summary>Returns when the node has the image, which may be never.</summary>
    public async Task PullAsync(CancellationToken cancellation)
    {
        for (var backOff = FirstBackOff; ; backOff = backOff * 2 < LastBackOff ? backOff * 2 : LastBackOff)
        {
            if (ImageName.Parse(_name) is not { } image)
            {
                await RefuseAsync(
                    "InvalidImageName", "InspectFailed", $"Failed to apply default image tag \"{_name}\": couldn't parse image name \"{_name}\": invalid reference format", cancellation);
            }
            else if (Policy == "Never" && !node.Images.Has(image))
            {
                await RefuseAsync(
                    "ErrImageNeverPull", "ErrImageNeverPull", $"Container image \"{_name}\" is not present with pull policy of Never", cancellation);
            }
            else if (node.Images.Has(image) && Policy != "Always")
            {
                record("Normal", "Pulled", $"Container image \"{_name}\" already present on machine and can be accessed by the pod");
                return;
            }
            else if (await TryPullAsync(image, cancellation))
            {
                return;
            }
            else
            {
                await BackOffAsync(image, backOff, cancellation);
            }
        }
    }

    private string Policy => container.TextAt("imagePullPolicy")
        ?? (ImageName.Parse(_name)?.Tag == "latest" ? "Always" : "IfNotPresent");

    private async Task<bool> TryPullAsync(ImageName image, CancellationToken cancellation)
    {
        record("Normal", "Pulling", $"Pulling image \"{_name}\"");
        if (node.Runtime.HasImage(_name))
        {
            var took = FormattableString.Invariant($"{(await node.Images.PullAsync(image, cancellation)).TotalSeconds:0.###}s");
            record("Normal", "Pulled", $"Successfully pulled image \"{_name}\" in {took} ({took} including waiting). Image size: 0 bytes.");
            return true;
        }

        await node.Images.FailAsync(cancellation);
        var why = image.Unreachable(_name);
        record("Warning", "Failed", $"Failed to pull image \"{_name}\": {why}");
        record("Warning", "Failed", "Error: ErrImagePull");
        wait(new WaitingContainer("ErrImagePull", why));
        return false;
    }

    private async Task BackOffAsync(ImageName image, TimeSpan backOff, CancellationToken cancellation)
    {
        await node.Clock.DelayAsync(TimeSpan.FromSeconds(1), cancellation);
        record("Normal", "BackOff", $"Back-off pulling image \"{_name}\"");
        record("Warning", "Failed", "Error: ImagePullBackOff");
        wait(new WaitingContainer("ImagePullBackOff", $"Back-off pulling image \"{_name}\": ErrImagePull: {image.Unreachable(_name)}"));
        await node.Clock.DelayAsync(backOff, cancellation);
    }

    private async Task RefuseAsync(string state, string reason, string message, CancellationToken cancellation)
    {
        record("Warning", reason, message);
        record("Warning", "Failed", $"Error: {state}");
        wait(new WaitingContainer(state, message));
        await node.Clock.DelayAsync(FirstBackOff, cancellation);
    }
}
