using System.Xml.Linq;
using KafkaK8s.Help;

namespace KafkaK8s.Tests.Help;

public sealed class HelpToolTests
{
    private const string Complete =
        """
        <doc><members>
          <member name="T:KafkaK8s.Tests.Help.SetWidgetCommand">
            <summary>Sets
              a widget to a <see cref="T:KafkaK8s.Tests.Help.WidgetSize"/>.</summary>
            <remarks><para>See <see cref="P:KafkaK8s.Tests.Help.SetWidgetCommand.Name"/>.</para><para>Twice.</para></remarks>
            <example><summary>One</summary><code>Set-Widget a</code><para>Done.</para></example>
            <example><summary>Several</summary><code>
              'a', 'b' |
                  Set-Widget
            </code></example>
            <seealso cref="T:KafkaK8s.Tests.Help.SetWidgetCommand"/>
          </member>
          <member name="P:KafkaK8s.Tests.Help.SetWidgetCommand.Name"><summary>The name.</summary></member>
          <member name="P:KafkaK8s.Tests.Help.SetWidgetCommand.All"><summary>All of them.</summary></member>
          <member name="P:KafkaK8s.Tests.Help.SetWidgetCommand.Size"><summary>The size.</summary></member>
          <member name="P:KafkaK8s.Tests.Help.WidgetBase.Place"><summary>Where it is.</summary></member>
          <member name="T:KafkaK8s.Tests.Help.WidgetSize"><summary>A size.</summary></member>
        </members></doc>
        """;

    private static readonly CmdletDescription Widget = Describe(Complete);

    [Fact]
    public void Texts_come_from_the_comments_with_references_by_the_names_that_a_user_knows()
    {
        Assert.Equal(["Sets a widget to a WidgetSize."], Widget.Synopsis);
        Assert.Equal(["See -Name.", "Twice."], Widget.Description);
        Assert.Equal("Set-Widget", Assert.Single(Widget.Links).Text);
        Assert.Equal("'a', 'b' |\n    Set-Widget", Widget.Examples[1].Code);
    }

    [Fact]
    public void Every_parameter_is_described_inherited_ones_and_WhatIf_included()
    {
        Assert.Equal(["All", "Confirm", "Name", "Place", "Size", "WhatIf"], Widget.Parameters.Select(parameter => parameter.Name));
        Assert.DoesNotContain(Widget.Parameters, parameter => parameter.Text.Count == 0);
        var size = Widget.Parameters.Single(parameter => parameter.Name == "Size");
        Assert.Equal("Large", size.Default);
        Assert.Equal(["Small", "Large"], size.Values);
    }

    [Fact]
    public void Syntax_has_the_default_set_first_and_positional_before_mandatory_before_optional()
    {
        Assert.Equal(
            ["Name Confirm Place Size WhatIf", "All Confirm Place Size WhatIf"],
            Widget.Syntax.Select(set => string.Join(' ', set.Select(inSet => inSet.Parameter.Name))));
    }

    [Fact]
    public void Maml_says_what_Get_Help_shows()
    {
        XNamespace command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
        XNamespace maml = "http://schemas.microsoft.com/maml/2004/10";
        var name = MamlHelp.Write([Widget]).Descendants(command + "parameters").Single().Elements(command + "parameter")
            .Single(parameter => (string)parameter.Element(maml + "name")! == "Name");

        Assert.Equal(
            ("true", "true", "true", "True (ByValue)", "0", "Title"),
            ((string)name.Attribute("required")!, (string)name.Attribute("variableLength")!, (string)name.Attribute("globbing")!,
            (string)name.Attribute("pipelineInput")!, (string)name.Attribute("position")!, (string)name.Attribute("aliases")!));
    }

    [Fact]
    public void Complete_help_has_no_gaps() => Assert.Empty(HelpGaps.Of(Widget));

    [Theory]
    [InlineData("<summary>The size.</summary>", "", "Set-Widget -Size has no <summary>.")]
    [InlineData("<summary>Where it is.</summary>", "", "Set-Widget -Place has no <summary>.")]
    [InlineData("<example><summary>One</summary><code>Set-Widget a</code><para>Done.</para></example>", "", "Set-Widget has 1 of 2 examples.")]
    [InlineData("<para>See <see cref=\"P:KafkaK8s.Tests.Help.SetWidgetCommand.Name\"/>.</para><para>Twice.</para>", "", "Set-Widget has no <remarks>, which are its description.")]
    [InlineData("<code>Set-Widget a</code>", "", "Set-Widget has an example without a <summary> or <code>: \"One\".")]
    public void What_is_missing_is_a_gap(string text, string replacement, string gap)
    {
        var comments = Complete.Replace(text, replacement, StringComparison.Ordinal);
        Assert.NotEqual(Complete, comments);
        Assert.Equal([gap], HelpGaps.Of(Describe(comments)));
    }

    private static CmdletDescription Describe(string comments) => CmdletDescription.Read(typeof(SetWidgetCommand), new XmlDocumentation(XDocument.Parse(comments)));
}
