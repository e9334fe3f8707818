using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KafkaK8s.Quickstart;

/// <summary>Signals to another process, which .NET can only receive.</summary>
internal static partial class ProcessSignal
{
    /// <summary>What Ctrl+C sends.</summary>
    public const int Interrupt = 2;

    /// <summary>The polite request to end.</summary>
    public const int Terminate = 15;

    /// <summary>Sends a signal. False when it couldn't be sent, which is always so on Windows.</summary>
    public static bool TrySend(Process process, int signal) => !OperatingSystem.IsWindows() && Send(process.Id, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
