using System.Collections.Frozen;
using System.Numerics;
using System.Text;

namespace DcrDsl.Jinja.Values;

delegate Value TextMethod(Interpreter run, TextValue self, Arguments arguments);

/// <summary>The methods of str.</summary>
static partial class TextMethods
{
    public static FrozenDictionary<string, TextMethod> All { get; } =
        new Dictionary<string, TextMethod>
        {
            ["upper"] = Map(Letters.Upper),
            ["lower"] = Map(Letters.Lower),
            ["casefold"] = Map(text => Letters.Lower(Letters.Upper(text))),
            ["capitalize"] = Map(Letters.Capitalize),
            ["title"] = Map(Letters.Title),
            ["swapcase"] = Map(Letters.SwapCase),
            ["isupper"] = Is(text => text.Any(Letters.IsCased) && !text.Any(c => Letters.IsLower(c) || Letters.IsTitle(c))),
            ["islower"] = Is(text => text.Any(Letters.IsCased) && !text.Any(c => Letters.IsUpper(c) || Letters.IsTitle(c))),
            ["istitle"] = Is(IsTitleText),
            ["isalpha"] = Is(text => text.Length > 0 && text.All(Letters.IsLetter)),
            ["isalnum"] = Is(text => text.Length > 0 && text.All(Letters.IsAlphanumeric)),
            ["isdecimal"] = Is(text => text.Length > 0 && text.All(Letters.IsDecimal)),
            ["isdigit"] = Is(text => text.Length > 0 && text.All(Letters.IsDigit)),
            ["isnumeric"] = Is(text => text.Length > 0 && text.All(Letters.IsNumeric)),
            ["isspace"] = Is(text => text.Length > 0 && text.All(c => c <= char.MaxValue && PythonWhitespace.Is((char)c))),
            ["isascii"] = Is(text => text.All(c => c < 128)),
            ["isprintable"] = Is(text => text.All(Letters.IsPrintable)),
            ["isidentifier"] = Is(text =>
                text.Length > 0
                && (text[0] == '_' || Letters.IsLetter(text[0]))
                && text.All(c => c == '_' || Letters.IsLetter(c) || Letters.IsDecimal(c))
            ),
            ["strip"] = (run, self, a) => self.With(Strip(run, self.Text, a, "strip", true, true)),
            ["lstrip"] = (run, self, a) => self.With(Strip(run, self.Text, a, "lstrip", true, false)),
            ["rstrip"] = (run, self, a) => self.With(Strip(run, self.Text, a, "rstrip", false, true)),
            ["removeprefix"] = (run, self, a) => WithoutAffix(run, self, Text(a.Bind("removeprefix", "prefix")[0]!), atEnd: false),
            ["removesuffix"] = (run, self, a) => WithoutAffix(run, self, Text(a.Bind("removesuffix", "suffix")[0]!), atEnd: true),
            ["startswith"] = (run, self, a) => BooleanValue.Of(HasAffix(run, self.Text, a, "startswith", atEnd: false)),
            ["endswith"] = (run, self, a) => BooleanValue.Of(HasAffix(run, self.Text, a, "endswith", atEnd: true)),
            ["center"] = (run, self, a) => self.With(Pad(run, self.Text, a, "center", Centered)),
            ["ljust"] = (run, self, a) => self.With(Pad(run, self.Text, a, "ljust", (_, _) => 0)),
            ["rjust"] = (run, self, a) => self.With(Pad(run, self.Text, a, "rjust", (missing, _) => missing)),
            ["zfill"] = Zfill,
            ["expandtabs"] = ExpandTabs,
            ["encode"] = Encode,
            ["find"] = (run, self, a) => new IntegerValue(Find(run, self.Text, a, "find", fromEnd: false)),
            ["rfind"] = (run, self, a) => new IntegerValue(Find(run, self.Text, a, "rfind", fromEnd: true)),
            ["index"] = (run, self, a) => Found(Find(run, self.Text, a, "index", fromEnd: false)),
            ["rindex"] = (run, self, a) => Found(Find(run, self.Text, a, "rindex", fromEnd: true)),
            ["count"] = Count,
            ["replace"] = (run, self, a) =>
            {
                Value?[] given = a.Bind("replace", "old", "new", "count?");
                return self.With(Replace(run, self.Text, Text(given[0]!), Text(given[1]!), given[2]));
            },
            ["split"] = (run, self, a) => Split(run, self, a, "split", fromEnd: false),
            ["rsplit"] = (run, self, a) => Split(run, self, a, "rsplit", fromEnd: true),
            ["splitlines"] = (run, self, a) =>
            {
                bool keepEnds = a.Bind("splitlines", "keepends?")[0] is { } keep && Iteration.Truth(keep);
                return List(run, self, PythonWhitespace.Lines(run.Budget, self.Text, keepEnds));
            },
            ["partition"] = (run, self, a) => Partition(run, self, Text(a.Bind("partition", "sep")[0]!), fromEnd: false),
            ["rpartition"] = (run, self, a) => Partition(run, self, Text(a.Bind("rpartition", "sep")[0]!), fromEnd: true),
            ["join"] = (run, self, a) => self.With(Join(run, self.Text, a.Bind("join", "iterable")[0]!)),
            ["format"] = (run, self, a) => self.With(BraceFormat.Apply(run, self.Text, a, mapping: null)),
            ["format_map"] = (run, self, a) =>
                self.With(
                    BraceFormat.Apply(
                        run,
                        self.Text,
                        Arguments.None,
                        a.Bind("format_map", "mapping")[0] as DictValue ?? throw TemplateFault.Operation("format_map needs a mapping")
                    )
                ),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The string, or a fault where Python wants one.</summary>
    public static string Text(Value value) =>
        value is TextValue text ? text.Text : throw TemplateFault.Operation($"a string is expected, not '{value.TypeName}'");

    /// <summary>The integer, or a fault where Python wants one.</summary>
    public static BigInteger Whole(Value value) =>
        PythonNumbers.AsInteger(value)
        ?? throw (
            value is UndefinedValue undefined
                ? undefined.Fault()
                : TemplateFault.Operation($"'{value.TypeName}' object cannot be interpreted as an integer")
        );

    /// <summary>An integer cut to the range of int: enough for any count or position, as sizes are bounded.</summary>
    public static int Small(Value value) => (int)BigInteger.Min(BigInteger.Max(Whole(value), -int.MaxValue), int.MaxValue);

    /// <summary>How much of the missing str.center puts before the text: the odd one goes there in an odd width.</summary>
    public static int Centered(int missing, int width) => missing / 2 + (missing & width & 1);

    static TextMethod Map(Func<string, string> map) =>
        (run, self, a) =>
        {
            a.Bind("the method");
            run.Budget.AllocateText(2L * self.Text.Length);
            run.Budget.Scan(4L * self.Text.Length);
            return self.With(map(self.Text));
        };

    static TextMethod Is(Func<int[], bool> test) =>
        (run, self, a) =>
        {
            a.Bind("the method");
            run.Budget.Allocate(4L * self.Text.Length);
            run.Budget.Scan(self.Text.Length);
            return BooleanValue.Of(test([.. self.Text.EnumerateRunes().Select(rune => rune.Value)]));
        };

    static bool IsTitleText(int[] text)
    {
        bool afterLetter = false,
            any = false;
        foreach (int c in text)
        {
            if (Letters.IsUpper(c) || Letters.IsTitle(c) ? afterLetter : Letters.IsLower(c) && !afterLetter)
                return false;
            any |= afterLetter = Letters.IsCased(c);
        }
        return any;
    }

    static string Strip(Interpreter run, string text, Arguments arguments, string name, bool left, bool right) =>
        StripChars(run.Budget, text, arguments.Bind(name, "chars?")[0], left, right);

    /// <summary>Strips white space, or the characters of the given string; a surrogate pair is stripped only as a whole.</summary>
    public static string StripChars(Budget budget, string text, Value? chars, bool left, bool right)
    {
        budget.AllocateText(text.Length);
        budget.Scan(text.Length);
        if (chars is null or NoneValue)
            return PythonWhitespace.Strip(text, left, right);
        string set = Text(chars);
        budget.Step(1 + set.Length / 4);
        if (CodePoints.AreUnits(set))
            return PythonWhitespace.Strip(text, set.ToFrozenSet().Contains, left, right);
        var drop = set.EnumerateRunes().ToFrozenSet();
        budget.Allocate(40L * text.Length);
        Rune[] runes = [.. text.EnumerateRunes()];
        int start = 0,
            end = runes.Length;
        while (left && start < end && drop.Contains(runes[start]))
            start++;
        while (right && end > start && drop.Contains(runes[end - 1]))
            end--;
        return string.Concat(runes[start..end].Select(rune => rune.ToString()));
    }

    static string Pad(Interpreter run, string text, Arguments arguments, string name, Func<int, int, int> left)
    {
        Value?[] given = arguments.Bind(name, "width", "fillchar?");
        string fill = given[1] is { } filler ? Text(filler) : " ";
        if (CodePoints.Count(run.Budget, fill) != 1)
            throw TemplateFault.Operation("the fill character must be exactly one character long");
        return PadText(run, text, Small(given[0]!), fill, left);
    }

    /// <summary>Pads to <paramref name="width"/>; <paramref name="left"/> gives how much of the missing goes before the text.</summary>
    public static string PadText(Interpreter run, string text, int width, string fill, Func<int, int, int> left)
    {
        long lacking = (long)width - CodePoints.Count(run.Budget, text);
        if (lacking <= 0)
            return text;
        run.Budget.AllocateText(4L * width);
        int missing = (int)lacking,
            before = left(missing, width);
        return new StringBuilder()
            .Insert(0, fill, before)
            .Append(text)
            .Insert(before * fill.Length + text.Length, fill, missing - before)
            .ToString();
    }

    static TextValue Zfill(Interpreter run, TextValue self, Arguments arguments)
    {
        string sign = self.Text.StartsWith('-') || self.Text.StartsWith('+') ? self.Text[..1] : "";
        int width = Math.Max(0, Small(arguments.Bind("zfill", "width")[0]!)) - sign.Length;
        return self.With(sign + PadText(run, self.Text[sign.Length..], width, "0", (missing, _) => missing));
    }

    static TextValue ExpandTabs(Interpreter run, TextValue self, Arguments arguments)
    {
        int size = arguments.Bind("expandtabs", "tabsize?")[0] is { } given ? Small(given) : 8,
            column = 0;
        var target = new StringBuilder();
        foreach (string c in CodePoints.Of(run.Budget, self.Text))
        {
            string part =
                c != "\t" ? c
                : size <= 0 ? ""
                : PadText(run, "", size - column % size, " ", (missing, _) => missing);
            run.Budget.AllocateText(part.Length);
            target.Append(part);
            column =
                c is "\n" or "\r" ? 0
                : c == "\t" ? column + part.Length
                : column + 1;
        }
        return self.With(target.ToString());
    }

    static BytesValue Encode(Interpreter run, TextValue self, Arguments arguments)
    {
        Value?[] given = arguments.Bind("encode", "encoding?", "errors?");
        string encoding = given[0] is { } name ? Text(name).ToLowerInvariant().Replace('_', '-') : "utf-8";
        if (encoding is not ("utf-8" or "utf8" or "ascii"))
            throw new TemplateFault(FaultKind.Unsupported, $"the encoding '{encoding}'");
        if (encoding == "ascii" && self.Text.Any(c => c > 127))
            throw TemplateFault.Operation("the text is not ASCII");
        run.Budget.Allocate(3L * self.Text.Length);
        return new(Encoding.UTF8.GetBytes(self.Text));
    }
}
