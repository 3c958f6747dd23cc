namespace DcrDsl.Jinja.Filters;

/// <summary>Filters on sequences and mappings as wholes.</summary>
static class SequenceFilters
{
    public static Dictionary<string, Filter> All =>
        new()
        {
            ["length"] = Length,
            ["count"] = Length,
            ["list"] = FilterTable.Plain((run, value) => new SequenceValue(Iteration.ToList(run.Budget, value), isTuple: false)),
            ["first"] = FilterTable.Plain(
                (run, value) =>
                    Iteration.Over(run.Budget, value).FirstOrDefault() ?? new UndefinedValue("no first item, the sequence was empty")
            ),
            ["last"] = Last,
            ["reverse"] = Reverse,
            ["join"] = Join,
            ["sort"] = Sort,
            ["dictsort"] = DictSort,
            ["items"] = FilterTable.Plain((run, value) => new IteratorValue(run.Budget, Items(run, value))),
            ["batch"] = (run, value, a) => new IteratorValue(run.Budget, Batch(run, value, a.Bind("batch", "linecount", "fill_with?"))),
            ["slice"] = (run, value, a) => new IteratorValue(run.Budget, Slice(run, value, a.Bind("slice", "slices", "fill_with?"))),
            ["sum"] = Sum,
            ["min"] = (run, value, a) => Extreme(run, value, a.Bind("min", "case_sensitive?", "attribute?"), "<"),
            ["max"] = (run, value, a) => Extreme(run, value, a.Bind("max", "case_sensitive?", "attribute?"), ">"),
            ["groupby"] = GroupBy,
        };

    static bool IsSet(Value? option) => option is not null && Iteration.Truth(option);

    static IntegerValue Length(Interpreter run, Value value, Arguments arguments)
    {
        return new(Iteration.Length(run.Budget, value) ?? throw TemplateFault.Operation($"object of type '{value.TypeName}' has no len()"));
    }

    static bool IsReversible(Value value) =>
        value is TextValue or SequenceValue or DictValue or DictView or RangeValue or UndefinedValue or BytesValue;

    static Value Last(Interpreter run, Value value, Arguments arguments)
    {
        if (!IsReversible(value))
            throw TemplateFault.Operation($"'{value.TypeName}' object is not reversible");
        if (value is SequenceValue { Items: [.., var last] })
            return last;
        return Iteration.ToList(run.Budget, value) is [.., var end] ? end : new UndefinedValue("no last item, the sequence was empty");
    }

    static Value Reverse(Interpreter run, Value value, Arguments arguments)
    {
        if (value is TextValue text)
        {
            run.Budget.AllocateText(text.Text.Length);
            return text.With(CodePoints.Reverse(text.Text));
        }
        List<Value> items = Iteration.ToList(run.Budget, value);
        items.Reverse();
        return IsReversible(value) ? new IteratorValue(run.Budget, items) : new SequenceValue(items, isTuple: false);
    }

    static TextValue Join(Interpreter run, Value value, Arguments arguments)
    {
        Value?[] a = arguments.Bind("join", "d?", "attribute?");
        Func<Value, Value> path = Lookup.Path(run, a[1]);
        List<Value> items = [.. Iteration.ToList(run.Budget, value).Select(path)];
        Value separator = a[0] ?? TextValue.Empty;
        bool isSafe = run.Autoescape && items.Append(separator).Any(item => item is TextValue { IsSafe: true });
        string Shown(Value item) => isSafe ? Html.Escape(run, item) : PythonText.Str(run.Budget, item);
        string[] texts = [.. items.Select(Shown)];
        string joint = Shown(separator);
        run.Budget.AllocateText(texts.Sum(text => (long)text.Length) + (long)joint.Length * Math.Max(0, texts.Length - 1));
        return new(string.Join(joint, texts), isSafe);
    }

    static SequenceValue Sort(Interpreter run, Value value, Arguments arguments)
    {
        Value?[] a = arguments.Bind("sort", "reverse?", "case_sensitive?", "attribute?");
        return new(
            run.Equality.Sort(Iteration.ToList(run.Budget, value), Lookup.SortKey(run, a[2], IsSet(a[1])), IsSet(a[0])),
            isTuple: false
        );
    }

    static SequenceValue DictSort(Interpreter run, Value value, Arguments arguments)
    {
        Value?[] a = arguments.Bind("dictsort", "case_sensitive?", "by?", "reverse?");
        string by = a[1] is { } given ? TextMethods.Text(given) : "key";
        if (by is not ("key" or "value"))
            throw TemplateFault.Operation("dictsort sorts by 'key' or by 'value'");
        if (value is not DictValue dict)
            throw TemplateFault.Operation($"dictsort needs a mapping, not '{value.TypeName}'");
        Value Key(Value pair) =>
            ((SequenceValue)pair).Items[by == "key" ? 0 : 1] is var part && IsSet(a[0]) ? part : Lookup.IgnoreCase(run, part);
        return new(run.Equality.Sort(Iteration.ToList(run.Budget, new DictView(dict, DictPart.Items)), Key, IsSet(a[2])), isTuple: false);
    }

    static IEnumerable<Value> Items(Interpreter run, Value value)
    {
        if (value is UndefinedValue)
            yield break;
        if (value is not DictValue dict)
            throw TemplateFault.Operation("only a mapping has items");
        foreach (Value pair in Iteration.Over(run.Budget, new DictView(dict, DictPart.Items)))
            yield return pair;
    }

    static IEnumerable<Value> Batch(Interpreter run, Value value, Value?[] a)
    {
        int size = TextMethods.Small(a[0]!);
        var batch = new List<Value>();
        foreach (Value item in Iteration.Over(run.Budget, value))
        {
            run.Budget.AllocateItems(1);
            if (batch.Count == size)
            {
                yield return new SequenceValue(batch, isTuple: false);
                batch = [];
            }
            batch.Add(item);
        }
        if (batch.Count == 0)
            yield break;
        if (a[1] is not (null or NoneValue) && batch.Count < size)
        {
            run.Budget.AllocateItems(size);
            batch.AddRange(Enumerable.Repeat(a[1]!, size - batch.Count));
        }
        yield return new SequenceValue(batch, isTuple: false);
    }

    static IEnumerable<Value> Slice(Interpreter run, Value value, Value?[] a)
    {
        List<Value> items = Iteration.ToList(run.Budget, value);
        int slices = TextMethods.Small(a[0]!);
        if (slices == 0)
            throw TemplateFault.Operation("slice needs at least one slice");
        int each = Math.DivRem(items.Count, Math.Max(1, slices), out int longer);
        for (int i = 0, at = 0; i < slices; i++)
        {
            int count = each + (i < longer ? 1 : 0);
            run.Budget.AllocateItems(count + 1);
            List<Value> slice = items.GetRange(at, count);
            if (a[1] is not (null or NoneValue) && i >= longer)
                slice.Add(a[1]!);
            at += count;
            yield return new SequenceValue(slice, isTuple: false);
        }
    }

    static Value Sum(Interpreter run, Value value, Arguments arguments)
    {
        Value?[] a = arguments.Bind("sum", "attribute?", "start?");
        Func<Value, Value> path = Lookup.Path(run, a[0]);
        Value total = a[1] ?? new IntegerValue(0);
        if (total is TextValue)
            throw TemplateFault.Operation("sum cannot add strings; use join");
        foreach (Value item in Iteration.Over(run.Budget, value))
        {
            run.Budget.Step();
            total = Operators.Apply(run, "+", total, path(item));
        }
        return total;
    }

    static Value Extreme(Interpreter run, Value value, Value?[] a, string sign)
    {
        Func<Value, Value> path = Lookup.Path(run, a[1]);
        Value Key(Value item) => IsSet(a[0]) ? path(item) : Lookup.IgnoreCase(run, path(item));
        Value? best = null,
            bestKey = null;
        foreach (Value item in Iteration.Over(run.Budget, value))
        {
            run.Budget.Step();
            Value key = Key(item);
            if (bestKey is not null && !run.Equality.Holds(sign, key, bestKey))
                continue;
            (best, bestKey) = (item, key);
        }
        return best ?? new UndefinedValue("no aggregated item, the sequence was empty");
    }

    static SequenceValue GroupBy(Interpreter run, Value value, Arguments arguments)
    {
        Value?[] a = arguments.Bind("groupby", "attribute", "default?", "case_sensitive?");
        Func<Value, Value> path = Lookup.Path(run, a[0], a[1]);
        Value Key(Value item) => IsSet(a[2]) ? path(item) : Lookup.IgnoreCase(run, path(item));
        var groups = new List<Value>();
        var members = new List<Value>();
        foreach (Value item in run.Equality.Sort(Iteration.ToList(run.Budget, value), Key, reverse: false))
        {
            if (members.Count > 0 && !run.Equality.Equals(Key(members[0]), Key(item)))
                Close();
            members.Add(item);
        }
        Close();
        return new(groups, isTuple: false);

        void Close()
        {
            if (members.Count == 0)
                return;
            run.Budget.AllocateItems(members.Count + 2);
            groups.Add(
                new SequenceValue([path(members[0]), new SequenceValue(members, isTuple: false)], isTuple: true, ["grouper", "list"])
            );
            members = [];
        }
    }
}
