using System.Text.RegularExpressions;

namespace DcrDsl.Jinja.Filters;

/// <summary>The filter wordwrap: Python's textwrap.wrap with tabs and white space kept.</summary>
static partial class WordWrap
{
    // textwrap's chunks: white space, hyphenated parts of words, words. Every alternative consumes what it matches, so the time is linear.
    [GeneratedRegex(@"[\t\n\v\f\r ]+|[^\t\n\v\f\r ]+", RegexOptions.NonBacktracking)]
    private static partial Regex Chunk();

    public static Value Filter(Interpreter run, Value value, Arguments arguments)
    {
        Value?[] a = arguments.Bind("wordwrap", "width?", "break_long_words?", "wrapstring?", "break_on_hyphens?");
        string text = value is UndefinedValue undefined ? throw undefined.Fault() : TextMethods.Text(value);
        int width = a[0] is { } given ? TextMethods.Small(given) : 79;
        bool breakLong = a[1] is not { } breaks || Iteration.Truth(breaks),
            breakHyphens = a[3] is not { } hyphens || Iteration.Truth(hyphens);
        string joint = a[2] is null or NoneValue ? "\n" : TextMethods.Text(a[2]!);
        run.Budget.Allocate(128L * text.Length);
        run.Budget.Step(text.Length);
        List<string> lines =
        [
            .. PythonWhitespace
                .Lines(run.Budget, text)
                .Select(line => string.Join(joint, Wrap(run.Budget, line, width, breakLong, breakHyphens))),
        ];
        run.Budget.AllocateText((long)lines.Count * joint.Length + lines.Sum(line => (long)line.Length));
        return new TextValue(string.Join(joint, lines));
    }

    static List<string> Wrap(Budget budget, string text, int width, bool breakLong, bool breakHyphens)
    {
        var chunks = new Stack<string>(Chunk().Matches(text).SelectMany(m => breakHyphens ? Hyphenated(m.Value) : [m.Value]).Reverse());
        var lines = new List<string>();
        if (width <= 0)
            throw TemplateFault.Operation("wordwrap needs a positive width");
        while (chunks.Count > 0)
        {
            var line = new List<string>();
            int length = 0;
            budget.Step(1 + chunks.Peek().Length / 4);
            if (lines.Count > 0 && IsSpace(chunks.Peek()))
                chunks.Pop();
            while (chunks.Count > 0 && length + CodePoints.Count(budget, chunks.Peek()) <= width)
            {
                length += CodePoints.Count(budget, chunks.Peek());
                line.Add(chunks.Pop());
            }
            if (chunks.Count > 0 && CodePoints.Count(budget, chunks.Peek()) > width)
                BreakLong(budget, chunks, line, width - length, width, breakLong);
            if (line.Count > 0 && IsSpace(line[^1]))
                line.RemoveAt(line.Count - 1);
            if (line.Count > 0)
                lines.Add(string.Concat(line));
        }
        return lines;
    }

    static void BreakLong(Budget budget, Stack<string> chunks, List<string> line, int space, int width, bool breakLong)
    {
        if (!breakLong)
        {
            if (line.Count == 0)
                line.Add(chunks.Pop());
            return;
        }
        int room = width < 1 ? 1 : space;
        string chunk = chunks.Pop();
        int[] offsets = CodePoints.OffsetsOf(budget, chunk);
        int cut = offsets[Math.Clamp(room, 0, offsets.Length - 1)];
        line.Add(chunk[..cut]);
        chunks.Push(chunk[cut..]);
    }

    /// <summary>Cuts a word after a hyphen between letters.</summary>
    static IEnumerable<string> Hyphenated(string word)
    {
        int start = 0;
        for (int i = 2; i + 2 < word.Length; i++)
        {
            bool IsPart(int at) => char.IsLetter(word[at]) || word[at] == '-';
            bool isBetween = char.IsLetter(word[i - 1]) && IsPart(i - 2) && char.IsLetter(word[i + 1]) && IsPart(i + 2);
            if (word[i] != '-' || !isBetween)
                continue;
            yield return word[start..(i + 1)];
            start = i + 1;
        }
        yield return word[start..];
    }

    static bool IsSpace(string chunk) => PythonWhitespace.Strip(chunk) == "";
}
