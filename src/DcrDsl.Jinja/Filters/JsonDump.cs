using System.Buffers;
using System.Globalization;
using System.Text;

namespace DcrDsl.Jinja.Filters;

/// <summary>The filter tojson as transformers defines it: Python's json.dumps, without escaping for HTML.</summary>
sealed class JsonDump
{
    static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(c => (char)c), '"', '\\']);

    readonly Interpreter run;
    readonly bool asciiOnly,
        sortKeys;
    readonly string? indent;
    readonly string itemSeparator,
        keySeparator;
    readonly StringBuilder target = new();

    JsonDump(Interpreter run, Value?[] options)
    {
        this.run = run;
        asciiOnly = options[0] is { } ascii && Iteration.Truth(ascii);
        indent = options[1] switch
        {
            null or NoneValue => null,
            TextValue text => text.Text,
            Value given => Spaces(TextMethods.Whole(given)),
        };
        (itemSeparator, keySeparator) = options[2] switch
        {
            null or NoneValue => (indent is null ? ", " : ",", ": "),
            SequenceValue { Items: [TextValue item, TextValue key] } => (item.Text, key.Text),
            _ => throw TemplateFault.Operation("separators must be two strings"),
        };
        sortKeys = options[3] is { } sort && Iteration.Truth(sort);
    }

    string Spaces(System.Numerics.BigInteger count)
    {
        if (count.Sign <= 0)
            return "";
        int width = (int)System.Numerics.BigInteger.Min(count, int.MaxValue);
        run.Budget.AllocateText(width);
        return new string(' ', width);
    }

    /// <param name="run">The interpreter.</param>
    /// <param name="value">What to write.</param>
    /// <param name="options">ensure_ascii, indent, separators, sort_keys; null where not given.</param>
    public static string Dump(Interpreter run, Value value, Value?[] options)
    {
        var text = new JsonDump(run, options);
        text.Write(value, level: 0);
        return text.target.ToString();
    }

    void Write(Value value, int level)
    {
        run.Budget.Step();
        switch (value)
        {
            case TextValue text:
                WriteString(text.Text);
                break;
            case SequenceValue sequence:
                WriteAll('[', ']', level, sequence.Items, item => Write(item, level + 1));
                break;
            case DictValue dict:
                IReadOnlyList<KeyValuePair<Value, Value>> entries = [.. dict.Entries];
                if (sortKeys)
                    entries = run.Equality.Sort(entries, entry => entry.Key, reverse: false);
                WriteAll(
                    '{',
                    '}',
                    level,
                    entries,
                    entry =>
                    {
                        WriteString(
                            entry.Key is TextValue key
                                ? key.Text
                                : Atom(entry.Key) ?? throw TemplateFault.Operation($"a JSON key cannot be a {entry.Key.TypeName}")
                        );
                        Append(keySeparator);
                        Write(entry.Value, level + 1);
                    }
                );
                break;
            default:
                Append(Atom(value) ?? throw TemplateFault.Operation($"Object of type {value.TypeName} is not JSON serializable"));
                break;
        }
    }

    string? Atom(Value value) =>
        value switch
        {
            NoneValue => "null",
            BooleanValue boolean => boolean.Truth ? "true" : "false",
            IntegerValue integer => run.Budget.Digits(integer.Number),
            FloatValue { Number: var number } => PythonFloat.Special(number) switch
            {
                "nan" => "NaN",
                "inf" => "Infinity",
                "-inf" => "-Infinity",
                _ => PythonFloat.Repr(number),
            },
            _ => null,
        };

    void WriteAll<T>(char open, char close, int level, IReadOnlyList<T> items, Action<T> write)
    {
        run.Budget.Enter();
        target.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0)
                Append(itemSeparator);
            NewLine(level + 1);
            write(items[i]);
        }
        if (items.Count > 0)
            NewLine(level);
        target.Append(close);
        run.Budget.Leave();
    }

    void NewLine(int level)
    {
        if (indent is null)
            return;
        Append("\n");
        for (int i = 0; i < level; i++)
            Append(indent);
    }

    void WriteString(string text)
    {
        run.Budget.Scan(text.Length);
        run.Budget.AllocateText(2 + (text.AsSpan().IndexOfAny(Escaped) >= 0 || asciiOnly ? 6L : 1) * text.Length);
        target.Append('"');
        foreach (char c in text)
            _ = c switch
            {
                '"' => target.Append("\\\""),
                '\\' => target.Append("\\\\"),
                '\n' => target.Append("\\n"),
                '\r' => target.Append("\\r"),
                '\t' => target.Append("\\t"),
                '\b' => target.Append("\\b"),
                '\f' => target.Append("\\f"),
                < ' ' => Unit(target, c),
                > '~' when asciiOnly => Unit(target, c),
                _ => target.Append(c),
            };
        target.Append('"');
    }

    static StringBuilder Unit(StringBuilder target, char c) => target.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");

    /// <summary>Python's ascii(): a repr with what is not ASCII escaped.</summary>
    public static string EscapeNonAscii(Budget budget, string repr)
    {
        budget.Scan(repr.Length);
        budget.AllocateText((System.Text.Ascii.IsValid(repr) ? 1L : 10L) * repr.Length);
        var target = new StringBuilder(repr.Length);
        foreach (Rune rune in repr.EnumerateRunes())
            _ = rune.Value switch
            {
                < 0x80 => target.Append((char)rune.Value),
                < 0x100 => target.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
                < 0x10000 => target.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                _ => target.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
            };
        return target.ToString();
    }

    void Append(string text)
    {
        run.Budget.AllocateText(text.Length);
        target.Append(text);
    }
}
