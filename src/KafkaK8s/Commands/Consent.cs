using System.Management.Automation;

namespace KafkaK8s.Commands;

/// <summary>Whether a cmdlet's changes are to be shown, asked about, or simply made. Read on the pipeline's thread.</summary>
/// <param name="IsPreview">Only show what would change: -WhatIf.</param>
/// <param name="AsksFirst">Show what would change and ask: -Confirm, or a preference of at most Medium.</param>
/// <param name="MayAsk">Whether a question about the loss of data is still to be asked: neither -Confirm:$false nor a preference of None.</param>
internal sealed record Consent(bool IsPreview, bool AsksFirst, bool MayAsk)
{
    /// <summary>Reads the cmdlet's parameters and the session's preferences.</summary>
    public static Consent Of(PSCmdlet cmdlet)
    {
        var preference = LanguagePrimitives.TryConvertTo(cmdlet.GetVariableValue("ConfirmPreference"), out ConfirmImpact impact) ? impact : ConfirmImpact.High;
        var confirm = Switch(cmdlet, "Confirm");
        return new Consent(
            Switch(cmdlet, "WhatIf") ?? LanguagePrimitives.IsTrue(cmdlet.GetVariableValue("WhatIfPreference")),
            confirm ?? preference is ConfirmImpact.Low or ConfirmImpact.Medium,
            confirm is null && preference == ConfirmImpact.High);
    }

    private static bool? Switch(PSCmdlet cmdlet, string name)
        => cmdlet.MyInvocation.BoundParameters.TryGetValue(name, out var bound) ? ((SwitchParameter)bound).IsPresent : null;
}
