using System.Globalization;
using System.Management.Automation;
using System.Xml.Linq;

namespace KafkaK8s.Help;

/// <summary>Writes descriptions as MAML, the form that Get-Help reads.</summary>
internal static class MamlHelp
{
    private static readonly XNamespace Items = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>The help of a module's cmdlets.</summary>
    public static XDocument Write(IEnumerable<CmdletDescription> cmdlets) => new(
        new XDeclaration("1.0", "utf-8", null),
        new XElement(
            Items + "helpItems",
            new XAttribute("schema", "maml"),
            new XAttribute(XNamespace.Xmlns + "maml", Maml),
            new XAttribute(XNamespace.Xmlns + "command", Command),
            new XAttribute(XNamespace.Xmlns + "dev", Dev),
            cmdlets.Select(Write)));

    private static XElement Write(CmdletDescription cmdlet) => new(
        Command + "command",
        new XElement(
            Command + "details",
            new XElement(Command + "name", cmdlet.Name),
            new XElement(Command + "verb", cmdlet.Name.Split('-')[0]),
            new XElement(Command + "noun", cmdlet.Name.Split('-')[1]),
            Description(cmdlet.Synopsis)),
        Description(cmdlet.Description),
        new XElement(Command + "syntax", cmdlet.Syntax.Select(set => new XElement(
            Command + "syntaxItem",
            new XElement(Maml + "name", cmdlet.Name),
            set.Select(inSet => Parameter(inSet.Parameter, inSet.Set, inSyntax: true))))),
        new XElement(Command + "parameters", cmdlet.Parameters.Select(parameter => Parameter(parameter, FirstUse(parameter), inSyntax: false))),
        new XElement(Command + "inputTypes", cmdlet.Inputs.DefaultIfEmpty(Nothing).Select(input => Type(Command + "inputType", input))),
        new XElement(Command + "returnValues", cmdlet.Outputs.DefaultIfEmpty(Nothing).Select(output => Type(Command + "returnValue", output))),
        new XElement(Command + "examples", cmdlet.Examples.Select((example, index) => Example(example, index + 1))),
        new XElement(Command + "relatedLinks", cmdlet.Links.Select(link => new XElement(
            Maml + "navigationLink",
            new XElement(Maml + "linkText", link.Text),
            new XElement(Maml + "uri", link.Address)))));

    private static TypeDescription Nothing => new("None", []);

    private static ParameterSetMetadata FirstUse(ParameterDescription parameter) =>
        parameter.Sets.Values.FirstOrDefault(set => set.IsMandatory) ?? parameter.Sets.Values.First();

    private static XElement Parameter(ParameterDescription parameter, ParameterSetMetadata use, bool inSyntax)
    {
        var isSwitch = parameter.Type == typeof(SwitchParameter);
        return new XElement(
            Command + "parameter",
            new XAttribute("required", Lower(use.IsMandatory)),
            new XAttribute("variableLength", Lower(parameter.Type.IsArray)),
            new XAttribute("globbing", Lower(parameter.SupportsWildcards)),
            new XAttribute("pipelineInput", Pipeline(use)),
            new XAttribute("position", use.Position < 0 ? "named" : use.Position.ToString(CultureInfo.InvariantCulture)),
            new XAttribute("aliases", parameter.Aliases.Count > 0 ? string.Join(", ", parameter.Aliases) : "none"),
            new XElement(Maml + "name", parameter.Name),
            Description(inSyntax || parameter.Values.Count == 0 ? parameter.Text : [.. parameter.Text, $"Values: {string.Join(", ", parameter.Values)}."]),
            inSyntax && parameter.Values.Count > 0
                ? new XElement(Command + "parameterValueGroup", parameter.Values.Select(value => new XElement(
                    Command + "parameterValue", new XAttribute("required", "false"), new XAttribute("variableLength", "false"), value)))
                : null,
            inSyntax && isSwitch
                ? null
                : new XElement(
                    Command + "parameterValue",
                    new XAttribute("required", Lower(!isSwitch)),
                    new XAttribute("variableLength", Lower(parameter.Type.IsArray)),
                    ParameterDescription.NameOf(parameter.Type)),
            new XElement(Dev + "type", new XElement(Maml + "name", ParameterDescription.NameOf(parameter.Type)), new XElement(Maml + "uri")),
            new XElement(Dev + "defaultValue", parameter.Default ?? (isSwitch ? "False" : "None")));
    }

    private static XElement Type(XName name, TypeDescription type) => new(
        name,
        new XElement(Dev + "type", new XElement(Maml + "name", type.Name), new XElement(Maml + "uri")),
        Description(type.Text));

    private static XElement Example(ExampleDescription example, int number) => new(
        Command + "example",
        new XElement(Maml + "title", $"Example {number}: {example.Title}"),
        new XElement(Maml + "introduction", new XElement(Maml + "para", "PS> ")),
        new XElement(Dev + "code", example.Code),
        // The empty one keeps a distance from the next example, which Get-Help doesn't.
        new XElement(Dev + "remarks", Paragraphs([.. example.Text, string.Empty])));

    private static XElement Description(IEnumerable<string> paragraphs) => new(Maml + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) => paragraphs.Select(text => new XElement(Maml + "para", text));

    private static string Pipeline(ParameterSetMetadata use) => (use.ValueFromPipeline, use.ValueFromPipelineByPropertyName) switch
    {
        (true, true) => "True (ByPropertyName, ByValue)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    private static string Lower(bool value) => value ? "true" : "false";
}
