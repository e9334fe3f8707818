using System.Management.Automation;

namespace KafkaK8s.Tests.Help;

/// <summary>A size.</summary>
public enum WidgetSize
{
    /// <summary>Small.</summary>
    Small,

    /// <summary>Large.</summary>
    Large,
}

/// <summary>What widgets have in common.</summary>
public abstract class WidgetBase : PSCmdlet
{
    /// <summary>Where it is.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Place { get; set; }
}

/// <summary>A cmdlet with one of everything that help describes.</summary>
[Cmdlet(VerbsCommon.Set, "Widget", SupportsShouldProcess = true, DefaultParameterSetName = "ByName")]
[OutputType(typeof(WidgetSize))]
public sealed class SetWidgetCommand : WidgetBase
{
    /// <summary>The name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "ByName")]
    [Alias("Title")]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>All of them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "All")]
    public SwitchParameter All { get; set; }

    /// <summary>The size.</summary>
    [Parameter]
    public WidgetSize Size { get; set; } = WidgetSize.Large;
}
