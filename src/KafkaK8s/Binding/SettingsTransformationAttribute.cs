using System.Collections;
using System.Management.Automation;

namespace KafkaK8s.Binding;

/// <summary>
/// Takes settings also as text, <c>retention.ms=60000;cleanup.policy=compact</c>, because that is what a column of a CSV file can hold.
/// Line breaks separate as well.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SettingsTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if ((inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is not string text)
        {
            return inputData;
        }

        var settings = new Hashtable(StringComparer.Ordinal);
        foreach (var setting in text.Split([';', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = setting.Split('=', 2, StringSplitOptions.TrimEntries);
            settings[parts[0]] = parts.Length == 2
                ? parts[1]
                : throw new ArgumentTransformationMetadataException($"'{setting}' is not a setting: write name=value, with semicolons between several.");
        }

        return settings;
    }

    /// <inheritdoc/>
    public override bool TransformNullOptionalParameters => false;
}
