using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Reflection;
using System.Xml.Linq;

namespace KafkaK8s.Help;

/// <summary>Everything that the help of one cmdlet says.</summary>
/// <param name="Name">The cmdlet's name.</param>
/// <param name="Synopsis">What it does, in a sentence.</param>
/// <param name="Description">More about it, in paragraphs.</param>
/// <param name="Parameters">Its parameters, inherited ones included, by name.</param>
/// <param name="Syntax">Its parameter sets, the default one first.</param>
/// <param name="Inputs">What can be piped to it.</param>
/// <param name="Outputs">What it writes.</param>
/// <param name="Examples">Examples.</param>
/// <param name="Links">Related cmdlets, topics and addresses.</param>
internal sealed record CmdletDescription(
    string Name,
    IReadOnlyList<string> Synopsis,
    IReadOnlyList<string> Description,
    IReadOnlyList<ParameterDescription> Parameters,
    IReadOnlyList<IReadOnlyList<ParameterInSet>> Syntax,
    IReadOnlyList<TypeDescription> Inputs,
    IReadOnlyList<TypeDescription> Outputs,
    IReadOnlyList<ExampleDescription> Examples,
    IReadOnlyList<LinkDescription> Links)
{
    /// <summary>Reads a cmdlet from its class and the class's comments.</summary>
    public static CmdletDescription Read(Type type, XmlDocumentation documentation)
    {
        var metadata = new CommandMetadata(type);
        var comment = documentation.Of(type);
        var defaults = Activator.CreateInstance(type)!;
        var parameters = metadata.Parameters.Values
            .Where(parameter => !Cmdlet.CommonParameters.Contains(parameter.Name) && !parameter.Attributes.OfType<ParameterAttribute>().All(use => use.DontShow))
            .Concat(metadata.SupportsShouldProcess ? ParameterMetadata.GetParameterMetadata(typeof(ShouldProcessParameters)).Values : [])
            .Select(parameter => ParameterDescription.Read(parameter, type, defaults, documentation))
            .OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
            .ToList();
        (defaults as IDisposable)?.Dispose();

        return new CmdletDescription(
            metadata.Name,
            XmlDocumentation.Paragraphs(comment?.Element("summary")),
            XmlDocumentation.Paragraphs(comment?.Element("remarks")),
            parameters,
            SyntaxOf(metadata, parameters),
            InputsOf(parameters, documentation),
            type.GetCustomAttributes<OutputTypeAttribute>().SelectMany(attribute => attribute.Type).DistinctBy(output => output.Name)
                .Select(output => TypeDescription.Read(output.Type, output.Name, documentation)).ToList(),
            (comment?.Elements("example") ?? []).Select(ExampleDescription.Read).ToList(),
            (comment?.Elements("seealso") ?? []).Select(LinkDescription.Read).ToList());
    }

    private static List<IReadOnlyList<ParameterInSet>> SyntaxOf(CommandMetadata metadata, List<ParameterDescription> parameters)
    {
        var sets = parameters.SelectMany(parameter => parameter.Sets.Keys).Where(set => set != ParameterAttribute.AllParameterSets).Distinct()
            .OrderBy(set => set != metadata.DefaultParameterSetName).ThenBy(set => set, StringComparer.Ordinal).ToList();
        return (sets.Count > 0 ? sets : [ParameterAttribute.AllParameterSets])
            .Select(set => (IReadOnlyList<ParameterInSet>)parameters
                .Select(parameter => (parameter, found: parameter.In(set)))
                .Where(pair => pair.found is not null)
                .Select(pair => new ParameterInSet(pair.parameter, pair.found!))
                // The order of Get-Command -Syntax: by position, then what must be named, then the rest.
                .OrderBy(inSet => inSet.Set.Position < 0 ? int.MaxValue : inSet.Set.Position).ThenBy(inSet => !inSet.Set.IsMandatory).ToList())
            .ToList();
    }

    private static List<TypeDescription> InputsOf(List<ParameterDescription> parameters, XmlDocumentation documentation) =>
        parameters.Where(parameter => parameter.Sets.Values.Any(set => set.ValueFromPipeline))
            .GroupBy(parameter => parameter.Type)
            .Select(group => new TypeDescription(
                ParameterDescription.NameOf(group.Key),
                [$"It is taken as {string.Join(" or ", group.Select(parameter => "-" + parameter.Name))}.", .. XmlDocumentation.Paragraphs(documentation.Of(group.Key)?.Element("summary"))]))
            .ToList();
}

/// <summary>A parameter.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Text">What it is, in paragraphs.</param>
/// <param name="Aliases">Its other names.</param>
/// <param name="Default">The value that it has when it isn't given, as text, or null.</param>
/// <param name="Values">The values that it can have, where they are a closed list.</param>
/// <param name="SupportsWildcards">Whether it takes patterns.</param>
/// <param name="Sets">How it is used, by parameter set.</param>
internal sealed record ParameterDescription(
    string Name,
    Type Type,
    IReadOnlyList<string> Text,
    IReadOnlyList<string> Aliases,
    string? Default,
    IReadOnlyList<string> Values,
    bool SupportsWildcards,
    IReadOnlyDictionary<string, ParameterSetMetadata> Sets)
{
    private static readonly Dictionary<string, string> Common = new(StringComparer.Ordinal)
    {
        ["WhatIf"] = "Shows what would happen, and changes nothing.",
        ["Confirm"] = "Asks before anything is changed. -Confirm:$false never asks, which is what a script without a person needs.",
    };

    /// <summary>Reads a parameter.</summary>
    public static ParameterDescription Read(ParameterMetadata parameter, Type cmdlet, object defaults, XmlDocumentation documentation)
    {
        var property = cmdlet.GetProperty(parameter.Name);
        return new ParameterDescription(
            parameter.Name,
            parameter.ParameterType,
            property is null ? [Common.GetValueOrDefault(parameter.Name, string.Empty)] : XmlDocumentation.Paragraphs(documentation.Of(property)?.Element("summary")),
            [.. parameter.Aliases],
            property is null ? null : Show(property.GetValue(defaults)),
            ValuesOf(parameter),
            property?.GetCustomAttribute<SupportsWildcardsAttribute>() is not null,
            parameter.ParameterSets);
    }

    /// <summary>How it is used in a set, or null when it isn't part of it.</summary>
    public ParameterSetMetadata? In(string set) => Sets.GetValueOrDefault(set) ?? Sets.GetValueOrDefault(ParameterAttribute.AllParameterSets);

    /// <summary>A type's name as PowerShell's syntax shows it: <c>string[]</c>, <c>int</c>, <c>SwitchParameter</c>.</summary>
    public static string NameOf(Type type) => type switch
    {
        { IsArray: true } => NameOf(type.GetElementType()!) + "[]",
        _ when Nullable.GetUnderlyingType(type) is { } underlying => NameOf(underlying),
        _ when type == typeof(string) => "string",
        _ when type == typeof(int) => "int",
        _ when type == typeof(long) => "long",
        _ when type == typeof(bool) => "bool",
        _ when type == typeof(object) => "Object",
        _ => type.Name,
    };

    private static List<string> ValuesOf(ParameterMetadata parameter)
    {
        var type = parameter.ParameterType.IsArray ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum
            ? [.. Enum.GetNames(type)]
            : parameter.Attributes.OfType<ValidateSetAttribute>().SelectMany(set => set.ValidValues).ToList();
    }

    private static string? Show(object? value) => value switch
    {
        null or "" or false or SwitchParameter => null,
        string text => text,
        IEnumerable many => many.Cast<object?>().Select(Show).ToList() is { Count: > 0 } shown ? string.Join(", ", shown) : null,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}

/// <summary>A parameter as one parameter set uses it.</summary>
internal sealed record ParameterInSet(ParameterDescription Parameter, ParameterSetMetadata Set);

/// <summary>A type that goes in or out.</summary>
/// <param name="Name">The type's name.</param>
/// <param name="Text">What it is, in paragraphs.</param>
internal sealed record TypeDescription(string Name, IReadOnlyList<string> Text)
{
    /// <summary>Describes an output type.</summary>
    public static TypeDescription Read(Type? type, string name, XmlDocumentation documentation) =>
        new(type?.FullName ?? name, type is null ? [] : XmlDocumentation.Paragraphs(documentation.Of(type.IsArray ? type.GetElementType()! : type)?.Element("summary")));
}

/// <summary>An example.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Code">What one types.</param>
/// <param name="Text">What happens, in paragraphs.</param>
internal sealed record ExampleDescription(string Title, string Code, IReadOnlyList<string> Text)
{
    /// <summary>Reads <c>&lt;example&gt;&lt;summary/&gt;&lt;code/&gt;&lt;para/&gt;&lt;/example&gt;</c>.</summary>
    public static ExampleDescription Read(XElement example) => new(
        string.Join(' ', XmlDocumentation.Paragraphs(example.Element("summary"))),
        XmlDocumentation.Code(example.Element("code")),
        XmlDocumentation.Paragraphs(new XElement("text", example.Nodes().Where(node => node is not XElement { Name.LocalName: "summary" or "code" }))));
}

/// <summary>A related link.</summary>
/// <param name="Text">A cmdlet's name, or a title.</param>
/// <param name="Address">Where it leads, or empty for a cmdlet or a topic.</param>
internal sealed record LinkDescription(string Text, string Address)
{
    /// <summary>Reads <c>&lt;seealso/&gt;</c>.</summary>
    public static LinkDescription Read(XElement link) =>
        (string?)link.Attribute("cref") is { } reference
            ? new LinkDescription(XmlDocumentation.NameOf(reference), string.Empty)
            : new LinkDescription(link.Value.Trim(), (string?)link.Attribute("href") ?? string.Empty);
}
