using System.Collections.Frozen;

namespace DcrDsl.Jinja.Filters;

delegate Value Filter(Interpreter run, Value value, Arguments arguments);

/// <summary>Jinja's filters by name, with transformers' tojson.</summary>
static class FilterTable
{
    public static FrozenDictionary<string, Filter> All { get; } =
        new[] { TextFilters.All, SequenceFilters.All, SelectionFilters.All, NumberFilters.All, OtherFilters }
            .SelectMany(filters => filters)
            .ToFrozenDictionary(StringComparer.Ordinal);

    static Dictionary<string, Filter> OtherFilters =>
        new()
        {
            ["default"] = Default,
            ["d"] = Default,
            ["attr"] = (_, value, a) =>
            {
                string name = TextMethods.Text(a.Bind("attr", "name")[0]!);
                if (value is UndefinedValue undefined)
                    throw undefined.Fault();
                return Members.Find(value, name) ?? UndefinedValue.Of(value, name);
            },
            ["tojson"] = (run, value, a) =>
                new TextValue(JsonDump.Dump(run, value, a.Bind("tojson", "ensure_ascii?", "indent?", "separators?", "sort_keys?"))),
            ["pprint"] = Missing("pprint"),
            ["random"] = Missing("random"),
            ["urlize"] = Missing("urlize"),
        };

    /// <summary>A filter without arguments.</summary>
    public static Filter Plain(Func<Interpreter, Value, Value> filter) =>
        (run, value, a) =>
        {
            a.Bind("the filter");
            return filter(run, value);
        };

    static Filter Missing(string name) => (_, _, _) => throw new TemplateFault(FaultKind.Unsupported, $"the filter '{name}'");

    static Value Default(Interpreter run, Value value, Arguments arguments)
    {
        Value?[] a = arguments.Bind("default", "default_value?", "boolean?");
        bool replaces = value is UndefinedValue || a[1] is { } also && Iteration.Truth(also) && !Iteration.Truth(value);
        return replaces ? a[0] ?? TextValue.Empty : value;
    }
}
