using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace KafkaK8s.Help;

/// <summary>The documentation comments of an assembly, as the compiler wrote them to its XML file.</summary>
internal sealed partial class XmlDocumentation(XDocument file)
{
    private readonly Dictionary<string, XElement> _members = file.Descendants("member")
        .ToDictionary(member => (string)member.Attribute("name")!, StringComparer.Ordinal);

    /// <summary>The comment of a type, or null when it has none.</summary>
    public XElement? Of(Type type) => _members.GetValueOrDefault("T:" + IdOf(type));

    /// <summary>The comment of a property or an enum's value, on the class that declares it.</summary>
    public XElement? Of(MemberInfo member)
    {
        var letter = member is FieldInfo ? "F:" : "P:";
        return _members.GetValueOrDefault($"{letter}{IdOf(member.DeclaringType!)}.{member.Name}") is { } found && found.Element("inheritdoc") is null
            ? found
            : OverriddenBy(member) is { } original ? Of(original) : null;
    }

    /// <summary>An element of a comment as plain paragraphs, without the line breaks of the source.</summary>
    public static IReadOnlyList<string> Paragraphs(XElement? element)
    {
        var paragraphs = new List<string>();
        var current = string.Empty;
        foreach (var node in element?.Nodes() ?? [])
        {
            if (node is XElement { Name.LocalName: "para" or "list" } block)
            {
                paragraphs.Add(current);
                current = string.Empty;
                paragraphs.AddRange(block.Name == "list" ? Items(block) : [Inline(block)]);
            }
            else
            {
                current += Inline(node);
            }
        }

        return paragraphs.Append(current).Select(Squeeze).Where(text => text.Length > 0).ToList();
    }

    /// <summary>Code as it stands in a comment, without the indentation of the source.</summary>
    public static string Code(XElement? code)
    {
        var text = (code?.Value ?? string.Empty).ReplaceLineEndings("\n").TrimEnd();
        var lines = text.Split('\n').ToList();
        // Code that begins behind its tag has its first line without the indentation that the others have.
        var indented = lines.Skip(1).Where(line => line.Trim().Length > 0).ToList();
        var indent = indented.Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Take(1).Select(line => line.TrimStart()).Concat(lines.Skip(1).Select(line => line.Length >= indent ? line[indent..] : string.Empty))).TrimStart('\n');
    }

    /// <summary>The name under which help refers to what a <c>cref</c> points at: a cmdlet's name, a parameter's with its dash, or the bare name.</summary>
    public static string NameOf(string reference)
    {
        var kind = reference[0];
        var path = reference[2..].Split('(')[0].Split('.');
        var name = path[^1].Split('`')[0];
        if (kind == 'T')
        {
            return CmdletClass().Match(name) is { Success: true } match ? $"{match.Groups[1].Value}-{match.Groups[2].Value}" : name;
        }

        return kind == 'P' && (path[^2].EndsWith("Command", StringComparison.Ordinal) || path[^2].EndsWith("Cmdlet", StringComparison.Ordinal)) ? "-" + name : name;
    }

    private static IEnumerable<string> Items(XElement list) =>
        list.Elements("item").Select(item => "- " + string.Join(": ", item.Elements().DefaultIfEmpty(item).Select(Inline).Select(Squeeze)));

    private static string Inline(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "seealso" } see => See(see),
        XElement { Name.LocalName: "paramref" or "typeparamref" } reference => (string)reference.Attribute("name")!,
        XElement element => string.Concat(element.Nodes().Select(Inline)),
        _ => string.Empty,
    };

    private static string See(XElement see) =>
        see.Value.Length > 0 ? see.Value
        : (string?)see.Attribute("langword") ?? (string?)see.Attribute("href") ?? NameOf((string)see.Attribute("cref")!);

    private static string IdOf(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static PropertyInfo? OverriddenBy(MemberInfo member) =>
        member is PropertyInfo { GetMethod: { } getter } && getter.GetBaseDefinition() is { } original && original.DeclaringType != member.DeclaringType
            ? original.DeclaringType!.GetProperty(member.Name)
            : null;

    private static string Squeeze(string text) => WhiteSpace().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex("^([A-Z][a-z]+)([A-Z].*)Command$")]
    private static partial Regex CmdletClass();
}
