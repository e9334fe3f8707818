using System.Globalization;
using System.Management.Automation;

namespace KafkaK8s.Binding;

/// <summary>Reads broker ids from text, as a CSV file has them: <c>0,1,2</c>. PowerShell itself would make one number of it.</summary>
internal sealed class BrokerListTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return given is string text ? Read(text) : inputData;
    }

    private static int[] Read(string text) =>
    [
        .. text.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(id =>
            int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new ArgumentTransformationMetadataException($"\"{id}\" is not the id of a broker: ids are numbers from 0, with commas between them.")),
    ];
}
