namespace KafkaK8s.Sandbox.Api.Selectors;

/// <summary>Parses a label selector; its complaints are the API server's.</summary>
internal sealed class LabelSelectorParser
{
    private const string End = "";

    private static readonly HashSet<string> Symbols = ["!", "=", "==", "!=", ">", "<", "(", ")", ","];

    private readonly List<string> _tokens;
    private int _position;

    public LabelSelectorParser(string text) => _tokens = [.. Tokens(text), End];

    private string Next => _tokens[_position];

    /// <exception cref="ApiException">400: it can't be parsed.</exception>
    public IReadOnlyList<LabelRequirement> Parse()
    {
        var requirements = new List<LabelRequirement>();
        if (Next == End)
        {
            return requirements;
        }

        while (true)
        {
            if (!IsIdentifier(Next) && Next != "!")
            {
                throw Refused($"found '{Next}', expected: !, identifier, or 'end of string'");
            }

            requirements.Add(ParseRequirement());
            var separator = Take();
            if (separator == End)
            {
                return requirements;
            }

            if (separator != ",")
            {
                throw Refused($"found '{separator}', expected: ',' or 'end of string'");
            }

            if (!IsIdentifier(Next) && Next != "!")
            {
                throw Refused($"found '{Next}', expected: identifier after ','");
            }
        }
    }

    private LabelRequirement ParseRequirement()
    {
        var isNegated = Next == "!";
        if (isNegated)
        {
            Take();
        }

        var key = Identifier();
        if (isNegated)
        {
            return new LabelRequirement(key, "DoesNotExist", []);
        }

        if (Next is End or ",")
        {
            return new LabelRequirement(key, "Exists", []);
        }

        var symbol = Take();
        return symbol switch
        {
            "=" or "==" => new LabelRequirement(key, "In", [Value()]),
            "!=" => new LabelRequirement(key, "NotIn", [Value()]),
            ">" => new LabelRequirement(key, "Gt", [Value()]),
            "<" => new LabelRequirement(key, "Lt", [Value()]),
            "in" => new LabelRequirement(key, "In", Values()),
            "notin" => new LabelRequirement(key, "NotIn", Values()),
            _ => throw Refused($"unable to parse requirement: found '{symbol}', expected: in, notin, =, ==, !=, gt, lt"),
        };
    }

    // No value is an empty one.
    private string Value() => Next is End or "," ? "" : Identifier();

    private List<string> Values()
    {
        if (Take() is not "(" and var open)
        {
            throw Refused($"unable to parse requirement: found '{open}' expected: '('");
        }

        var values = new List<string>();
        while (true)
        {
            values.Add(Next is "," or ")" ? "" : Identifier());
            var separator = Take();
            if (separator == ")")
            {
                return values;
            }

            if (separator != ",")
            {
                throw Refused($"unable to parse requirement: found '{separator}', expected: ',' or ')'");
            }
        }
    }

    private string Identifier() => IsIdentifier(Next) ? Take() : throw Refused($"unable to parse requirement: found '{Next}', expected: identifier");

    private string Take()
    {
        var token = Next;
        if (token != End)
        {
            _position++;
        }

        return token;
    }

    private static bool IsIdentifier(string token) => token != End && !Symbols.Contains(token);

    private static ApiException Refused(string why) => ApiException.BadRequest(why);

    private static IEnumerable<string> Tokens(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var two = at + 1 < text.Length ? text.Substring(at, 2) : "";
            var length = Symbols.Contains(two) ? 2 : Symbols.Contains(text[at].ToString()) ? 1 : WordLength(text, at);
            yield return text.Substring(at, length);
            at += length;
        }
    }

    private static int WordLength(string text, int at)
    {
        var end = at;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && !Symbols.Contains(text[end].ToString()))
        {
            end++;
        }

        return end - at;
    }
}
