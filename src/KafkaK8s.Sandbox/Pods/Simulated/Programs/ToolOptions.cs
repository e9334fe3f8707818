using System.Globalization;

namespace KafkaK8s.Sandbox.Pods.Simulated.Programs;

/// <summary>The options of a Kafka tool, parsed as joptsimple does: long names, their unambiguous beginnings, values after a blank or an equals sign.</summary>
internal sealed class ToolOptions
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    private ToolOptions()
    {
    }

    /// <summary>Parses a command line.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="known">The tool's options: <c>name</c> is a flag, <c>name=</c> takes a value, <c>name?</c> may take one.</param>
    /// <exception cref="ToolOptionException">An option is unknown, or its value is missing.</exception>
    public static ToolOptions Parse(IReadOnlyList<string> arguments, IEnumerable<string> known)
    {
        var options = new ToolOptions();
        var names = known.ToDictionary(name => name.TrimEnd('=', '?'), StringComparer.Ordinal);
        for (var index = 0; index < arguments.Count; index++)
        {
            var argument = arguments[index];
            if (argument.Length < 2 || argument[0] != '-')
            {
                continue;
            }

            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                throw ToolOptionException.Unrecognized(argument[1..2]);
            }

            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var given = equals < 0 ? argument[2..] : argument[2..equals];
            var name = Complete(given, names);
            var values = options._values.TryGetValue(name, out var present) ? present : options._values[name] = [];
            if (equals >= 0)
            {
                values.Add(argument[(equals + 1)..]);
            }
            else if (names[name].EndsWith('='))
            {
                values.Add(++index < arguments.Count ? arguments[index] : throw ToolOptionException.MissingValue(name));
            }
            else if (names[name].EndsWith('?') && index + 1 < arguments.Count && !arguments[index + 1].StartsWith('-'))
            {
                values.Add(arguments[++index]);
            }
        }

        return options;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The option's value; null when it isn't there.</summary>
    public string? Value(string name) => _values.TryGetValue(name, out var values) && values.Count > 0 ? values[^1] : null;

    /// <summary>All values of an option that may be repeated.</summary>
    public IReadOnlyList<string> Values(string name) => _values.GetValueOrDefault(name) ?? [];

    /// <summary>The option's number; null when it isn't there.</summary>
    /// <exception cref="ToolOptionException">It is no number.</exception>
    public int? Number(string name) => Value(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw ToolOptionException.NotConverted(name, text);

    /// <summary><c>key=value</c> pairs of an option that may be repeated.</summary>
    public IReadOnlyDictionary<string, string> Pairs(string name) => Values(name)
        .Select(pair => pair.Split('=', 2))
        .GroupBy(pair => pair[0], StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Last() is [_, var value] ? value : "", StringComparer.Ordinal);

    private static string Complete(string given, Dictionary<string, string> names)
    {
        if (names.ContainsKey(given))
        {
            return given;
        }

        var candidates = names.Keys.Where(name => name.StartsWith(given, StringComparison.Ordinal)).ToList();
        return candidates is [var only] ? only : throw ToolOptionException.Unrecognized(given);
    }
}

/// <summary>What joptsimple throws at a command line.</summary>
internal sealed class ToolOptionException : Exception
{
    private ToolOptionException(string className, string message, IReadOnlyList<string> frames)
        : base(message)
    {
        ClassName = className;
        Frames = frames;
    }

    /// <summary>The exception's class.</summary>
    public string ClassName { get; }

    /// <summary>The parser's part of the stack trace.</summary>
    public IReadOnlyList<string> Frames { get; }

    public static ToolOptionException Unrecognized(string option) => new("joptsimple.UnrecognizedOptionException", $"{option} is not a recognized option",
    [
        "joptsimple.OptionException.unrecognizedOption(OptionException.java:108)",
        "joptsimple.OptionParser.handleLongOptionToken(OptionParser.java:510)",
        "joptsimple.OptionParserState$2.handleArgument(OptionParserState.java:56)",
        "joptsimple.OptionParser.parse(OptionParser.java:396)",
    ]);

    public static ToolOptionException MissingValue(string option) => new("joptsimple.OptionMissingRequiredArgumentException", $"Option {option} requires an argument",
    [
        "joptsimple.RequiredArgumentOptionSpec.detectOptionArgument(RequiredArgumentOptionSpec.java:48)",
        "joptsimple.ArgumentAcceptingOptionSpec.handleOption(ArgumentAcceptingOptionSpec.java:257)",
        "joptsimple.OptionParser.handleLongOptionToken(OptionParser.java:513)",
        "joptsimple.OptionParserState$2.handleArgument(OptionParserState.java:56)",
        "joptsimple.OptionParser.parse(OptionParser.java:396)",
    ]);

    public static ToolOptionException NotConverted(string option, string value) => new("joptsimple.OptionArgumentConversionException", $"Cannot parse argument '{value}' of option {option}",
    [
        "joptsimple.AbstractOptionSpec.convertWith(AbstractOptionSpec.java:92)",
        "joptsimple.ArgumentAcceptingOptionSpec.convert(ArgumentAcceptingOptionSpec.java:277)",
        "joptsimple.OptionSet.valuesOf(OptionSet.java:223)",
        "joptsimple.OptionSet.valueOf(OptionSet.java:172)",
    ]);
}
