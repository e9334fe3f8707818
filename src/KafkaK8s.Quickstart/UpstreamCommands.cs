using System.Management.Automation;

namespace KafkaK8s.Quickstart;

/// <summary>Lets a function do what <c>Select-Object -First</c> does. Public, so that the functions of the shell can call it.</summary>
public static class UpstreamCommands
{
    /// <summary>Ends the commands before this one in its pipeline, and no others.</summary>
    /// <param name="cmdlet">The command that has seen enough.</param>
    public static void Stop(Cmdlet cmdlet) =>
        // PowerShell's own exception for it, which has no public name; any other would end the whole pipeline.
        throw (Exception)Activator.CreateInstance(typeof(PSObject).Assembly.GetType("System.Management.Automation.StopUpstreamCommandsException", throwOnError: true)!, cmdlet)!;
}
