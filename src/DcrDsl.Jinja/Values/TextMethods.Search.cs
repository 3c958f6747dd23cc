using System.Numerics;
using System.Text;

namespace DcrDsl.Jinja.Values;

static partial class TextMethods
{
    /// <summary>The UTF-16 range that the optional bounds (code points) select; null where it is empty in Python's sense.</summary>
    static (int Start, int End)? Range(Budget budget, string text, Value? start, Value? stop)
    {
        budget.Scan(text.Length);
        int count = CodePoints.Count(budget, text);
        int Bound(Value? bound, int missing)
        {
            if (bound is null or NoneValue)
                return missing;
            BigInteger at = Whole(bound);
            return (int)BigInteger.Min(BigInteger.Max(at.Sign < 0 ? at + count : at, 0), count + 1);
        }
        int first = Bound(start, 0),
            last = Math.Min(Bound(stop, count), count);
        if (first > last)
            return null;
        if (CodePoints.AreUnits(text))
            return (first, last);
        budget.Allocate(4L * text.Length);
        int[] offsets = CodePoints.OffsetsOf(budget, text);
        return (offsets[first], offsets[last]);
    }

    static int Find(Interpreter run, string text, Arguments arguments, string name, bool fromEnd)
    {
        Value?[] given = arguments.Bind(name, "sub", "start?", "end?");
        string part = Text(given[0]!);
        if (Range(run.Budget, text, given[1], given[2]) is not var (start, end))
            return -1;
        run.Budget.AllocateText(end - start);
        string area = text[start..end];
        int found = fromEnd
            ? TextSearch.Last(run.Budget, area, part, area.Length)
            : new TextSearch(run.Budget, part).Next(run.Budget, area, 0);
        return found < 0 ? -1 : CodePoints.IndexAt(run.Budget, text, start + found);
    }

    static IntegerValue Found(int at) => at >= 0 ? new(at) : throw TemplateFault.Operation("substring not found");

    static IntegerValue Count(Interpreter run, TextValue self, Arguments arguments)
    {
        Value?[] given = arguments.Bind("count", "sub", "start?", "end?");
        string part = Text(given[0]!);
        if (Range(run.Budget, self.Text, given[1], given[2]) is not var (start, end))
            return new(0);
        run.Budget.AllocateText(end - start);
        string area = self.Text[start..end];
        return new(
            part == ""
                ? CodePoints.Count(run.Budget, area) + 1
                : new TextSearch(run.Budget, part).All(run.Budget, area, long.MaxValue).Count
        );
    }

    static bool HasAffix(Interpreter run, string text, Arguments arguments, string name, bool atEnd)
    {
        Value?[] given = arguments.Bind(name, "affix", "start?", "end?");
        IEnumerable<Value> affixes = given[0] is SequenceValue { IsTuple: true } tuple ? tuple.Items : [given[0]!];
        if (given[0] is not (TextValue or SequenceValue { IsTuple: true }))
            throw TemplateFault.Operation($"{name} needs a string or a tuple of strings");
        (int Start, int End)? range = Range(run.Budget, text, given[1], given[2]);
        foreach (Value affix in affixes)
        {
            string part = Text(affix);
            run.Budget.Scan(part.Length);
            if (range is not var (start, end) || part.Length > end - start)
                continue;
            if (text.AsSpan(atEnd ? end - part.Length : start, part.Length).SequenceEqual(part))
                return true;
        }
        return false;
    }

    static TextValue WithoutAffix(Interpreter run, TextValue self, string affix, bool atEnd)
    {
        run.Budget.Scan(affix.Length);
        run.Budget.AllocateText(self.Text.Length);
        if (atEnd)
            return self.Text.EndsWith(affix, StringComparison.Ordinal) ? self.With(self.Text[..^affix.Length]) : self;
        return self.Text.StartsWith(affix, StringComparison.Ordinal) ? self.With(self.Text[affix.Length..]) : self;
    }

    /// <summary>text.replace(old, new, count); a negative count is no bound.</summary>
    public static string Replace(Interpreter run, string text, string old, string with, Value? count)
    {
        long limit = count is null or NoneValue || Whole(count).Sign < 0 ? long.MaxValue : Small(count);
        if (old == "" || limit == 0)
            return limit == 0 ? text : Interleave(run, text, with, limit);
        List<int> found = new TextSearch(run.Budget, old).All(run.Budget, text, limit);
        run.Budget.AllocateText(text.Length + (long)found.Count * (with.Length - old.Length));
        var target = new StringBuilder();
        int at = 0;
        foreach (int start in found)
        {
            target.Append(text, at, start - at).Append(with);
            at = start + old.Length;
        }
        return target.Append(text, at, text.Length - at).ToString();
    }

    static string Interleave(Interpreter run, string text, string with, long limit)
    {
        run.Budget.AllocateText(text.Length + Math.Min(limit, text.Length + 1L) * with.Length);
        var target = new StringBuilder();
        foreach (string c in CodePoints.Of(run.Budget, text))
            target.Append(limit-- > 0 ? with : "").Append(c);
        return target.Append(limit > 0 ? with : "").ToString();
    }

    static SequenceValue List(Interpreter run, TextValue self, IReadOnlyList<string> parts)
    {
        run.Budget.AllocateItems(2L * parts.Count);
        run.Budget.AllocateText(self.Text.Length);
        return new([.. parts.Select(self.With)], isTuple: false);
    }

    static SequenceValue Split(Interpreter run, TextValue self, Arguments arguments, string name, bool fromEnd)
    {
        Value?[] given = arguments.Bind(name, "sep?", "maxsplit?");
        int limit = given[1] is null || Whole(given[1]!).Sign < 0 ? int.MaxValue : Small(given[1]!);
        run.Budget.Scan(self.Text.Length);
        if (given[0] is null or NoneValue)
        {
            run.Budget.AllocateText(self.Text.Length);
            return List(run, self, fromEnd ? SplitSpaceFromEnd(run.Budget, self.Text, limit) : SplitSpace(run.Budget, self.Text, limit));
        }
        string separator = Text(given[0]!);
        if (separator == "")
            throw TemplateFault.Operation("empty separator");
        List<int> found = fromEnd
            ? FoundFromEnd(run.Budget, self.Text, separator, limit)
            : new TextSearch(run.Budget, separator).All(run.Budget, self.Text, limit);
        var parts = new List<string>(found.Count + 1);
        int at = 0;
        foreach (int start in found)
        {
            parts.Add(self.Text[at..start]);
            at = start + separator.Length;
        }
        parts.Add(self.Text[at..]);
        return List(run, self, parts);
    }

    static List<int> FoundFromEnd(Budget budget, string text, string separator, int limit)
    {
        if (limit == int.MaxValue && separator.Length == 1)
            return new TextSearch(budget, separator).All(budget, text, limit);
        var found = new List<int>();
        for (int end = text.Length; found.Count < limit && TextSearch.Last(budget, text, separator, end) is >= 0 and var at; end = at)
            found.Add(at);
        found.Reverse();
        return found;
    }

    /// <summary>The words of a text, split at white space; after <paramref name="limit"/> splits the rest stays whole.</summary>
    public static List<string> SplitSpace(Budget budget, string text, int limit = int.MaxValue)
    {
        var parts = new List<string>();
        for (int i = 0; ; )
        {
            while (i < text.Length && PythonWhitespace.Is(text[i]))
                i++;
            if (i == text.Length)
                return parts;
            int start = i;
            if (parts.Count == limit)
                i = text.Length;
            while (i < text.Length && !PythonWhitespace.Is(text[i]))
                i++;
            budget.AllocateItems(0);
            parts.Add(text[start..i]);
        }
    }

    static List<string> SplitSpaceFromEnd(Budget budget, string text, int limit)
    {
        var parts = new List<string>();
        for (int i = text.Length; ; )
        {
            while (i > 0 && PythonWhitespace.Is(text[i - 1]))
                i--;
            if (i == 0)
                break;
            int end = i;
            if (parts.Count == limit)
                i = 0;
            while (i > 0 && !PythonWhitespace.Is(text[i - 1]))
                i--;
            budget.AllocateItems(0);
            parts.Add(text[i..end]);
        }
        parts.Reverse();
        return parts;
    }

    static SequenceValue Partition(Interpreter run, TextValue self, string separator, bool fromEnd)
    {
        if (separator == "")
            throw TemplateFault.Operation("empty separator");
        run.Budget.AllocateText(self.Text.Length);
        int at = fromEnd
            ? TextSearch.Last(run.Budget, self.Text, separator, self.Text.Length)
            : new TextSearch(run.Budget, separator).Next(run.Budget, self.Text, 0);
        string[] parts =
            at >= 0 ? [self.Text[..at], separator, self.Text[(at + separator.Length)..]]
            : fromEnd ? ["", "", self.Text]
            : [self.Text, "", ""];
        return new([.. parts.Select(self.With)], isTuple: true);
    }

    static string Join(Interpreter run, string separator, Value iterable)
    {
        var target = new StringBuilder();
        int index = 0;
        foreach (Value item in Iteration.Over(run.Budget, iterable))
        {
            run.Budget.Step();
            if (item is not TextValue part)
                throw TemplateFault.Operation($"sequence item {index}: expected str instance, {item.TypeName} found");
            run.Budget.AllocateText((index > 0 ? separator.Length : 0) + part.Text.Length);
            if (index++ > 0)
                target.Append(separator);
            target.Append(part.Text);
        }
        return target.ToString();
    }
}
