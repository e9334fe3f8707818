using System.Security.Cryptography;

namespace KafkaK8s.Sandbox.Pods;

/// <summary>The words of the layers below a kubelet.</summary>
internal static class OciMessages
{
    /// <summary>An id as container runtimes make them.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Why a program couldn't be run in a container that runs.</summary>
    public static string ExecFailed(string why) =>
        $"failed to start exec \"{NewId()}\": OCI runtime exec failed: exec failed: unable to start container process: {why}";

    /// <summary>Why an exec without a program can't be.</summary>
    public static string NothingToExec() =>
        $"failed to start exec \"{NewId()}\": OCI runtime exec failed: exec failed: args must not be empty";

    /// <summary>Why a container couldn't be started.</summary>
    public static string StartFailed(string why) =>
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
        + $"unable to start container process: error during container init: {why}";
}
