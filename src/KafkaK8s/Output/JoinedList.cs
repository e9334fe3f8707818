using System.Collections.ObjectModel;

namespace KafkaK8s.Output;

/// <summary>
/// A list whose text is that of its items, with commas between them. A file of rows, such as Export-Csv writes, takes a property's text, and that of
/// other lists is their type's name.
/// </summary>
internal sealed class JoinedList<T>(IEnumerable<T> items) : ReadOnlyCollection<T>([.. items])
{
    /// <inheritdoc/>
    public override string ToString() => string.Join(',', this);
}
