using System.Globalization;
using System.Text;

namespace DcrDsl.Jinja.Filters;

/// <summary>Filters that make text of text.</summary>
static class TextFilters
{
    public static Dictionary<string, Filter> All =>
        new()
        {
            ["upper"] = Method("upper"),
            ["lower"] = Method("lower"),
            ["capitalize"] = Method("capitalize"),
            ["title"] = Title,
            ["trim"] = (run, value, a) => TextMethods.All["strip"](run, Soft(run, value), a),
            ["string"] = (run, value, a) => Soft(run, value),
            ["replace"] = Replace,
            ["center"] = Center,
            ["indent"] = Indent,
            ["truncate"] = Truncate,
            ["wordwrap"] = WordWrap.Filter,
            ["wordcount"] = FilterTable.Plain((run, value) => new IntegerValue(WordCount(run, Soft(run, value).Text))),
            ["format"] = (run, value, a) => Soft(run, value) is var text ? text.With(Format(run, text.Text, a)) : text,
            ["escape"] = Escape,
            ["e"] = Escape,
            ["forceescape"] = FilterTable.Plain(
                (run, value) => new TextValue(Html.EscapeText(run.Budget, PythonText.Str(run.Budget, value)), isSafe: true)
            ),
            ["safe"] = FilterTable.Plain((run, value) => new TextValue(PythonText.Str(run.Budget, value), isSafe: true)),
            ["striptags"] = FilterTable.Plain((run, value) => new TextValue(Html.StripTags(run.Budget, PythonText.Str(run.Budget, value)))),
            ["urlencode"] = UrlEncode,
            ["xmlattr"] = XmlAttributes,
        };

    /// <summary>soft_str: a string as it is (markup stays markup), anything else as printed.</summary>
    public static TextValue Soft(Interpreter run, Value value) => value as TextValue ?? new TextValue(PythonText.Str(run.Budget, value));

    static Filter Method(string name) => (run, value, a) => TextMethods.All[name](run, Soft(run, value), a);

    static Value Escape(Interpreter run, Value value, Arguments _) =>
        value is TextValue { IsSafe: true } ? value : new TextValue(Html.Escape(run, value), isSafe: true);

    static TextValue Center(Interpreter run, Value value, Arguments arguments)
    {
        int width = arguments.Bind("center", "width?")[0] is { } given ? TextMethods.Small(given) : 80;
        TextValue text = Soft(run, value);
        return text.With(TextMethods.PadText(run, text.Text, width, " ", TextMethods.Centered));
    }

    static TextValue Title(Interpreter run, Value value, Arguments arguments)
    {
        arguments.Bind("title");
        TextValue text = Soft(run, value);
        run.Budget.AllocateText(4L * text.Text.Length);
        run.Budget.Scan(2L * text.Text.Length);
        var target = new StringBuilder();
        bool IsBreak(char c) => c is '-' or '(' or '{' or '[' or '<' || PythonWhitespace.Is(c);
        for (int i = 0; i < text.Text.Length; )
        {
            int end = i;
            bool isBreak = IsBreak(text.Text[i]);
            while (end < text.Text.Length && IsBreak(text.Text[end]) == isBreak)
                end++;
            string part = text.Text[i..end];
            int first = char.IsSurrogatePair(part, 0) ? 2 : 1;
            target.Append(Letters.Upper(part[..first])).Append(Letters.Lower(part[first..]));
            i = end;
        }
        return new(target.ToString());
    }

    static TextValue Replace(Interpreter run, Value value, Arguments arguments)
    {
        Value?[] a = arguments.Bind("replace", "old", "new", "count?");
        string old = PythonText.Str(run.Budget, a[0]!),
            with = PythonText.Str(run.Budget, a[1]!);
        if (!run.Autoescape)
            return new(TextMethods.Replace(run, PythonText.Str(run.Budget, value), old, with, a[2]));
        TextValue text =
            a[0] is TextValue { IsSafe: true } || a[1] is TextValue { IsSafe: true } && value is not TextValue { IsSafe: true }
                ? new(Html.Escape(run, value), isSafe: true)
                : Soft(run, value);
        return text.With(
            TextMethods.Replace(
                run,
                text.Text,
                text.IsSafe ? Html.Escape(run, a[0]!) : old,
                text.IsSafe ? Html.Escape(run, a[1]!) : with,
                a[2]
            )
        );
    }

    static TextValue Indent(Interpreter run, Value value, Arguments arguments)
    {
        Value?[] a = arguments.Bind("indent", "width?", "first?", "blank?");
        if (value is UndefinedValue undefined)
            throw undefined.Fault();
        if (value is not TextValue text)
            throw TemplateFault.Operation($"indent needs a string, not '{value.TypeName}'");
        string by = a[0] is TextValue given
            ? given.Text
            : TextMethods.PadText(run, "", a[0] is { } width ? TextMethods.Small(width) : 4, " ", (missing, _) => missing);
        bool first = a[1] is { } f && Iteration.Truth(f),
            blank = a[2] is { } b && Iteration.Truth(b);
        List<string> lines = PythonWhitespace.Lines(run.Budget, text.Text + "\n");
        run.Budget.AllocateText(text.Text.Length + (long)lines.Count * (by.Length + 1));
        IEnumerable<string> indented = lines.Select((line, i) => (i == 0 ? first : blank || line != "") ? by + line : line);
        return text.With(string.Join('\n', indented));
    }

    static Value Truncate(Interpreter run, Value value, Arguments arguments)
    {
        Value?[] a = arguments.Bind("truncate", "length?", "killwords?", "end?", "leeway?");
        int length = a[0] is { } given ? TextMethods.Small(given) : 255,
            leeway = a[3] is null or NoneValue ? 5 : TextMethods.Small(a[3]!);
        string end = a[2] is { } tail ? TextMethods.Text(tail) : "...";
        int endLength = CodePoints.Count(run.Budget, end);
        if (length < endLength)
            throw TemplateFault.Operation($"truncate needs a length of at least {endLength}");
        if (leeway < 0)
            throw TemplateFault.Operation("the leeway of truncate cannot be negative");
        if (Iteration.Length(run.Budget, value) is not { } count)
            throw TemplateFault.Operation($"object of type '{value.TypeName}' has no len()");
        if (count <= (long)length + leeway)
            return value;
        string text = TextMethods.Text(value);
        run.Budget.Scan(text.Length);
        run.Budget.AllocateText(text.Length + end.Length);
        string cut = CodePoints.Slice(run.Budget, text, 0, length - endLength);
        if (a[1] is not { } kill || !Iteration.Truth(kill))
        {
            int space = cut.LastIndexOf(' ');
            if (space >= 0)
                cut = cut[..space];
        }
        return new TextValue(cut + end);
    }

    static int WordCount(Interpreter run, string text)
    {
        run.Budget.Scan(text.Length);
        int words = 0;
        bool inWord = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isWord = rune.Value == '_' || Letters.IsAlphanumeric(rune.Value);
            if (isWord && !inWord)
                words++;
            inWord = isWord;
        }
        return words;
    }

    static string Format(Interpreter run, string format, Arguments arguments)
    {
        if (arguments.Named.Count == 0)
            return PercentFormat.Apply(run, format, new SequenceValue(arguments.Positional, isTuple: true));
        if (arguments.Positional.Count > 0)
            throw TemplateFault.Operation("format takes positional or named arguments, not both");
        OrderedDictionary<Value, Value> entries = run.NewEntries();
        run.Budget.Allocate(100L * arguments.Named.Count);
        foreach (var (name, value) in arguments.Named)
            entries[new TextValue(name)] = value;
        return PercentFormat.Apply(run, format, new DictValue(entries));
    }

    static TextValue UrlEncode(Interpreter run, Value value, Arguments arguments)
    {
        arguments.Bind("urlencode");
        if (value is TextValue || !Iteration.IsIterable(value))
            return new(Quote(run, value, isQuery: false));
        IEnumerable<Value> pairs = value is DictValue dict
            ? Iteration.Over(run.Budget, new DictView(dict, DictPart.Items))
            : Iteration.Over(run.Budget, value);
        return new(
            string.Join(
                '&',
                pairs.Select(pair =>
                    Iteration.ToList(run.Budget, pair) is [var key, var part]
                        ? Quote(run, key, isQuery: true) + "=" + Quote(run, part, isQuery: true)
                        : throw TemplateFault.Operation("urlencode needs pairs of key and value")
                )
            )
        );
    }

    static string Quote(Interpreter run, Value value, bool isQuery)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(PythonText.Str(run.Budget, value));
        run.Budget.Step(bytes.Length / 16);
        run.Budget.AllocateText(4L * bytes.Length);
        var target = new StringBuilder(bytes.Length);
        foreach (byte b in bytes)
        {
            char c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '~' || c == '/' && !isQuery)
                target.Append(c);
            else if (c == ' ' && isQuery)
                target.Append('+');
            else
                target.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }
        return target.ToString();
    }

    static TextValue XmlAttributes(Interpreter run, Value value, Arguments arguments)
    {
        bool autospace = arguments.Bind("xmlattr", "autospace?")[0] is not { } given || Iteration.Truth(given);
        if (value is not DictValue dict)
            throw TemplateFault.Operation("xmlattr needs a mapping");
        var parts = new List<string>();
        foreach (var (key, part) in dict.Entries)
        {
            run.Budget.Step();
            if (part is NoneValue or UndefinedValue)
                continue;
            string name = TextMethods.Text(key);
            if (name.AsSpan().IndexOfAny(" \t\n\r\f\v/>=") >= 0)
                throw TemplateFault.Operation("an attribute name holds a character that is not allowed");
            parts.Add($"{Html.Escape(run, key)}=\"{Html.Escape(run, part)}\"");
        }
        return new((autospace && parts.Count > 0 ? " " : "") + string.Join(' ', parts), isSafe: run.Autoescape);
    }
}
