using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace KafkaK8s.Quickstart;

/// <summary>
/// Format-Table and Format-List. The hosting library has all of them but the two thin classes that give them their names, so these
/// two choose the shape by a constructor that has no public name.
/// </summary>
internal static class FormatCommands
{
    /// <summary>The commands, for a new session.</summary>
    public static IReadOnlyList<SessionStateCmdletEntry> Entries { get; } =
    [
        new("Format-Table", typeof(FormatTableCommand), null),
        new("Format-List", typeof(FormatListCommand), null),
    ];

    private static void Shape(FrontEndCommandBase command, string shape)
    {
        const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;
        var library = typeof(FrontEndCommandBase).Assembly;
        var inner = library.GetType(typeof(FrontEndCommandBase).Namespace + ".InnerFormatShapeCommand", throwOnError: true)!;
        var shapes = library.GetType(typeof(FrontEndCommandBase).Namespace + ".FormatShape", throwOnError: true)!;
        typeof(FrontEndCommandBase).GetField("implementation", Hidden)!.SetValue(
            command,
            Activator.CreateInstance(inner, Hidden, null, [Enum.Parse(shapes, shape)], null));
    }

    [Cmdlet(VerbsCommon.Format, "Table")]
    private sealed class FormatTableCommand : OuterFormatTableBase
    {
        public FormatTableCommand() => Shape(this, "Table");
    }

    [Cmdlet(VerbsCommon.Format, "List")]
    private sealed class FormatListCommand : OuterFormatTableAndListBase
    {
        public FormatListCommand() => Shape(this, "List");
    }
}
