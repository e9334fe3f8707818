using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace KafkaK8s.Binding;

/// <summary>
/// Reads numbers from text, as a CSV file has them: <c>0,1,2</c>, or none at all. PowerShell itself would make one number of it, and 0 of what is
/// empty. A list that is empty, or has an empty item, is refused: somebody looked for something and found nothing, which must not become 0, or all.
/// </summary>
/// <param name="what">What each number is: <c>id of a broker</c>.</param>
internal sealed class NumberListTransformationAttribute(string what) : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => Bare(inputData) switch
    {
        string text => Read(text),
        ICollection { Count: 0 } => throw new ArgumentTransformationMetadataException($"The list is empty: it has not one {what}."),
        ICollection list when list.Cast<object?>().Any(item => Bare(item) is null or "") => throw new ArgumentTransformationMetadataException(
            $"The list has an item that is empty, and no {what}."),
        _ => inputData,
    };

    private int[] Read(string text) =>
    [
        .. text.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(number =>
            int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var read)
                ? read
                : throw new ArgumentTransformationMetadataException($"\"{number}\" is not the {what}: those are numbers from 0, with commas between them.")),
    ];

    private static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
