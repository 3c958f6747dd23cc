namespace DcrDsl.Jinja.Filters;

/// <summary>Filters that give a generator over some or all items: they run as their result is read, and once.</summary>
static class SelectionFilters
{
    public static Dictionary<string, Filter> All =>
        new()
        {
            ["map"] = (run, value, a) => new IteratorValue(run.Budget, Map(run, value, a)),
            ["select"] = (run, value, a) => new IteratorValue(run.Budget, Select(run, value, a, byAttribute: false, wanted: true)),
            ["reject"] = (run, value, a) => new IteratorValue(run.Budget, Select(run, value, a, byAttribute: false, wanted: false)),
            ["selectattr"] = (run, value, a) => new IteratorValue(run.Budget, Select(run, value, a, byAttribute: true, wanted: true)),
            ["rejectattr"] = (run, value, a) => new IteratorValue(run.Budget, Select(run, value, a, byAttribute: true, wanted: false)),
            ["unique"] = (run, value, a) =>
                new IteratorValue(run.Budget, Unique(run, value, a.Bind("unique", "case_sensitive?", "attribute?"))),
        };

    static IEnumerable<Value> Map(Interpreter run, Value value, Arguments arguments)
    {
        if (!Iteration.Truth(value))
            yield break;
        Func<Value, Value> function;
        if (arguments.Positional.Count == 0 && arguments.Named.ContainsKey("attribute"))
        {
            Value?[] a = arguments.Bind("map", "attribute", "default?");
            function = Lookup.Path(run, a[0], a[1]);
        }
        else
        {
            if (arguments.Positional.Count == 0)
                throw TemplateFault.Operation("map requires a filter or attribute=");
            string name = TextMethods.Text(arguments.Positional[0]);
            var rest = new Arguments([.. arguments.Positional.Skip(1)], arguments.Named);
            function = item => run.ApplyFilter(name, item, rest);
        }
        foreach (Value item in Iteration.Over(run.Budget, value))
        {
            run.Budget.Step();
            yield return function(item);
        }
    }

    static IEnumerable<Value> Select(Interpreter run, Value value, Arguments arguments, bool byAttribute, bool wanted)
    {
        if (!Iteration.Truth(value))
            yield break;
        int offset = byAttribute ? 1 : 0;
        if (arguments.Positional.Count < offset)
            throw TemplateFault.Operation("the name of an attribute is missing");
        Func<Value, Value> path = Lookup.Path(run, byAttribute ? arguments.Positional[0] : null);
        Func<Value, bool> test = Iteration.Truth;
        if (arguments.Positional.Count > offset)
        {
            string name = TextMethods.Text(arguments.Positional[offset]);
            var rest = new Arguments([.. arguments.Positional.Skip(offset + 1)], arguments.Named);
            test = item => run.ApplyTest(name, item, rest);
        }
        foreach (Value item in Iteration.Over(run.Budget, value))
        {
            run.Budget.Step();
            if (test(path(item)) == wanted)
                yield return item;
        }
    }

    static IEnumerable<Value> Unique(Interpreter run, Value value, Value?[] a)
    {
        bool caseSensitive = a[0] is { } given && Iteration.Truth(given);
        Func<Value, Value> path = Lookup.Path(run, a[1]);
        var seen = new HashSet<Value>(run.Equality);
        foreach (Value item in Iteration.Over(run.Budget, value))
        {
            run.Budget.Allocate(60);
            if (seen.Add(caseSensitive ? path(item) : Lookup.IgnoreCase(run, path(item))))
                yield return item;
        }
    }
}
