using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;
using KafkaK8s.Engine.Manifests;

namespace KafkaK8s.Engine.Tests.Manifests;

public sealed class YamlTests
{
    private static readonly string[] Awkward =
    [
        "", " ", "a ", " a", "3", "03", "1e3", "0x1F", "1_000", "1:30", ".5", "-.inf", ".NaN", "true", "False", "yes", "NO", "on", "y", "null", "~", "=", "<<",
        "2026-11-23", "2026-11-23T06:53:04Z", "- a", "-", "-xec", "? a", ":", ": a", "a: b", "a:", "a:b", "a #b", "a#b", "#a", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a`",
        "'a'", "\"a\"", "a'b", "a\"b", "{a}", "[a]", "a, b", "---", "--- a", "...", "a\nb", "a\nb\n", "a\nb\n\n", "\na", " a\nb", "a \nb", "a\n  b\n", "a\tb", "\t", "a\rb", "a\r\nb",
        "\u0000", "\u0007", "\u001b[0m", "\u0085", "\u2028", "\ufeff", "é", "日本", "\ud83d\ude00", "$(X)", "${X##*-} && \\", "c:\\x", "a\\nb", "1Gi", "1G", "10.0.0.1", "server.1=a:1:2;3 server.2=b",
    ];

    public static TheoryData<string> AwkwardTexts => [.. Awkward];

    [Theory]
    [MemberData(nameof(AwkwardTexts))]
    public void A_text_is_read_as_it_was_written(string text)
    {
        var resource = new JsonObject { ["key"] = text, ["list"] = new JsonArray(text, text), ["in"] = new JsonObject { [text.Length == 0 ? "empty" : text] = text } };

        var yaml = ManifestWriter.ToYaml(resource);

        Assert.True(JsonNode.DeepEquals(resource, ManifestReader.Read(yaml, "yaml")), yaml);
    }

    [Fact]
    public void Any_text_is_read_as_it_was_written()
    {
        // A fixed seed: the same texts each time, made of what YAML gives a meaning to.
        var random = new Random(2181);
        const string Alphabet = "ab0: -#'\"\\\n\t{}[],&*!|>%@?~=<.\u00e9";
        for (var round = 0; round < 5000; round++)
        {
            var text = new string(random.GetItems<char>(Alphabet, random.Next(1, 12)));
            var resource = new JsonObject { ["key"] = text, ["list"] = new JsonArray(new JsonObject { ["x"] = text }) };
            var yaml = ManifestWriter.ToYaml(resource);
            Assert.True(JsonNode.DeepEquals(resource, ManifestReader.Read(yaml, "yaml")), yaml);
        }
    }

    [Fact]
    public void Values_that_are_no_text_keep_their_kind()
    {
        var resource = ManifestReader.Read("""{"i": 3, "f": 1.5, "t": true, "z": null, "o": {}, "l": [], "s": "3"}""", "json");

        var yaml = ManifestWriter.ToYaml(resource);

        Assert.Equal("i: 3\nf: 1.5\nt: true\nz: null\no: {}\nl: []\ns: \"3\"\n", yaml);
        Assert.True(JsonNode.DeepEquals(resource, ManifestReader.Read(yaml, "yaml")));
    }

    [Fact]
    public void Commands_of_several_lines_are_literal_blocks() =>
        Assert.Contains(
            "        - |\n          export KAFKA_BROKER_ID=${HOSTNAME##*-} && \\\n",
            ManifestWriter.ToYaml(Specifications.Whole(ClusterPreset.Standard).Manifests().Only("240-kafka-statefulset.yml").Body),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("a: yes", "true")]
    [InlineData("a: Off", "false")]
    [InlineData("a: 'yes'", "\"yes\"")]
    [InlineData("a: 010", "8")]
    [InlineData("a: 0x10", "16")]
    [InlineData("a: 1_000", "1000")]
    [InlineData("a: +7", "7")]
    [InlineData("a: 1e3", "1000")]
    [InlineData("a: ~", "null")]
    [InlineData("a:", "null")]
    [InlineData("a: !!str 3", "\"3\"")]
    [InlineData("a: &x {b: 1}", "{\"b\":1}")]
    [InlineData("a: 1Gi", "\"1Gi\"")]
    public void Words_mean_what_they_mean_to_Kubernetes(string yaml, string json) =>
        Assert.Equal(json, ManifestReader.Read(yaml, "yaml")["a"]?.ToJsonString() ?? "null");

    [Fact]
    public void Several_documents_are_read_and_empty_ones_left_out() =>
        Assert.Equal(["a", "b"], ManifestReader.ReadAll("---\n---\nx: a\n---\n# nothing\n---\nx: b\n", "yaml").Select(document => (string)document["x"]!));

    [Theory]
    [InlineData("a: [")]
    [InlineData("a: 1\na: 2")]
    [InlineData("- a")]
    [InlineData("just words")]
    [InlineData("a: *unknown")]
    [InlineData("a: &x [*x]")]
    [InlineData("{[1]: 2}")]
    public void What_is_no_manifest_is_an_error_that_names_the_source(string yaml)
    {
        var error = Assert.Throws<EngineException>(() => ManifestReader.ReadAll(yaml, "broken.yml"));

        Assert.Equal(("MalformedYaml", EngineErrorKind.InvalidData, "broken.yml"), (error.Id, error.Kind, error.Target));
    }

    [Fact]
    public void A_document_that_grows_by_reference_is_refused()
    {
        var bomb = string.Concat(Enumerable.Range(1, 12).Select(level => $"x{level}: &x{level} [{string.Join(',', Enumerable.Repeat(level == 1 ? "1" : $"*x{level - 1}", 10))}]\n"));

        Assert.Equal("MalformedYaml", Assert.Throws<EngineException>(() => ManifestReader.ReadAll(bomb, "bomb")).Id);
    }

    [Fact]
    public async Task A_folder_of_files_is_written_and_never_over_others_unasked()
    {
        var folder = Directory.CreateTempSubdirectory("kafkak8s-manifests-");
        try
        {
            var manifests = Specifications.Whole(ClusterPreset.Standard).Manifests();

            var files = await ManifestWriter.WriteAsync(manifests, folder.FullName, overwrite: false, TestContext.Current.CancellationToken);

            Assert.Equal(manifests.Select(manifest => Path.Combine(folder.FullName, manifest.FileName)), files);
            Assert.All(files.Zip(manifests), pair => Assert.True(JsonNode.DeepEquals(pair.Second.Body, ManifestReader.Read(File.ReadAllText(pair.First), pair.First))));
            File.Delete(files[0]);
            await File.WriteAllTextAsync(files[1], "mine", TestContext.Current.CancellationToken);
            var error = await Assert.ThrowsAsync<EngineException>(() => ManifestWriter.WriteAsync(manifests, folder.FullName, overwrite: false, TestContext.Current.CancellationToken));
            Assert.Equal("ManifestFileExists", error.Id);
            Assert.False(File.Exists(files[0]));
            Assert.Equal("mine", await File.ReadAllTextAsync(files[1], TestContext.Current.CancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
