namespace KafkaK8s.Help;

/// <summary>What every cmdlet's help must have.</summary>
internal static class HelpGaps
{
    private const int WantedExamples = 2;

    /// <summary>What a cmdlet's help lacks, as sentences; none when it is complete.</summary>
    public static IEnumerable<string> Of(CmdletDescription cmdlet)
    {
        if (cmdlet.Synopsis.Count == 0)
        {
            yield return $"{cmdlet.Name} has no <summary>, which is its synopsis.";
        }

        if (cmdlet.Description.Count == 0)
        {
            yield return $"{cmdlet.Name} has no <remarks>, which are its description.";
        }

        foreach (var parameter in cmdlet.Parameters.Where(parameter => parameter.Text.All(string.IsNullOrWhiteSpace)))
        {
            yield return $"{cmdlet.Name} -{parameter.Name} has no <summary>.";
        }

        if (cmdlet.Examples.Count < WantedExamples)
        {
            yield return $"{cmdlet.Name} has {cmdlet.Examples.Count} of {WantedExamples} examples.";
        }

        foreach (var example in cmdlet.Examples.Where(example => example.Title.Length == 0 || example.Code.Length == 0))
        {
            yield return $"{cmdlet.Name} has an example without a <summary> or <code>: \"{example.Title}{example.Code}\".";
        }
    }
}
