namespace KafkaK8s.Sandbox.Api;

/// <summary>Says what is wrong with JSON text in the words of Go's parser, which the API server's messages quote.</summary>
internal sealed class GoJsonError
{
    private readonly string _text;
    private int _at;

    private GoJsonError(string text) => _text = text;

    /// <summary>The first complaint about a text that is no JSON.</summary>
    public static string Describe(string text)
    {
        var parser = new GoJsonError(text);
        var complaint = parser.Value();
        if (complaint is null)
        {
            parser.SkipSpace();
            complaint = parser._at < text.Length ? parser.Unexpected("after top-level value") : null;
        }

        return complaint ?? "unexpected end of JSON input";
    }

    private string? Value()
    {
        SkipSpace();
        return Current switch
        {
            '\0' => "unexpected end of JSON input",
            '{' => Members(),
            '[' => Items(),
            '"' => Text(),
            'n' => Literal("null"),
            't' => Literal("true"),
            'f' => Literal("false"),
            '-' or (>= '0' and <= '9') => Number(),
            _ => Unexpected("looking for beginning of value"),
        };
    }

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    private string? Members()
    {
        _at++;
        SkipSpace();
        if (Current == '}')
        {
            _at++;
            return null;
        }

        while (true)
        {
            SkipSpace();
            var complaint = Current == '"' ? Text() : Unexpected("looking for beginning of object key string");
            if (complaint is not null)
            {
                return complaint;
            }

            SkipSpace();
            if (Current != ':')
            {
                return Unexpected("after object key");
            }

            _at++;
            complaint = Value();
            if (complaint is not null)
            {
                return complaint;
            }

            SkipSpace();
            if (Current is not (',' or '}'))
            {
                return Unexpected("after object key:value pair");
            }

            if (_text[_at++] == '}')
            {
                return null;
            }
        }
    }

    private string? Items()
    {
        _at++;
        SkipSpace();
        if (Current == ']')
        {
            _at++;
            return null;
        }

        while (true)
        {
            if (Value() is { } complaint)
            {
                return complaint;
            }

            SkipSpace();
            if (Current is not (',' or ']'))
            {
                return Unexpected("after array element");
            }

            if (_text[_at++] == ']')
            {
                return null;
            }
        }
    }

    private string? Text()
    {
        for (_at++; Current != '"'; _at++)
        {
            if (Current == '\0')
            {
                return "unexpected end of JSON input";
            }

            if (Current == '\\')
            {
                _at++;
            }
        }

        _at++;
        return null;
    }

    private string? Literal(string literal)
    {
        foreach (var expected in literal)
        {
            if (Current != expected)
            {
                return Unexpected($"in literal {literal} (expecting '{expected}')");
            }

            _at++;
        }

        return null;
    }

    private string? Number()
    {
        while (Current is '-' or '+' or '.' or 'e' or 'E' or (>= '0' and <= '9'))
        {
            _at++;
        }

        return null;
    }

    private void SkipSpace()
    {
        while (Current is ' ' or '\t' or '\r' or '\n')
        {
            _at++;
        }
    }

    private string Unexpected(string where) =>
        _at < _text.Length ? $"invalid character '{_text[_at]}' {where}" : "unexpected end of JSON input";
}
