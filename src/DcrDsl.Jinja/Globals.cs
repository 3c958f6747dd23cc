using System.Numerics;

namespace DcrDsl.Jinja;

/// <summary>The functions that a chat template can call by name, as transformers gives them.</summary>
static class Globals
{
    /// <summary>The function that tells the date; not defined where none is given.</summary>
    public const string Clock = "strftime_now";

    public static IEnumerable<(string Name, Value Value)> All(DateTime? now)
    {
        yield return Function(
            "raise_exception",
            (run, a) => throw new TemplateFault(FaultKind.Raised, PythonText.Str(run.Budget, a.Bind("raise_exception", "message")[0]!))
        );
        if (now is { } clock)
            yield return Function(
                Clock,
                (run, a) =>
                    a.Bind("strftime_now", "format")[0] is TextValue format
                        ? new TextValue(DateText.Format(run.Budget, clock, format.Text))
                        : throw TemplateFault.Operation("strftime_now needs a string")
            );
        yield return Function("range", Range);
        yield return Function("dict", (run, a) => new DictValue(Entries(run, a)));
        yield return Function("namespace", NewNamespace);
        yield return Function("cycler", NewCycler);
        yield return Function("joiner", NewJoiner);
        yield return Function("lipsum", (_, _) => throw new TemplateFault(FaultKind.Unsupported, "lipsum writes random text"));
    }

    static (string, Value) Function(string name, Func<Interpreter, Arguments, Value> invoke) => (name, new FunctionValue(name, invoke));

    static RangeValue Range(Interpreter run, Arguments arguments)
    {
        if (arguments.Named.Count > 0 || arguments.Positional.Count is < 1 or > 3)
            throw TemplateFault.Operation("range takes one to three integers");
        BigInteger[] bounds = [.. arguments.Positional.Select(TextMethods.Whole)];
        Budget.CheckRange(bounds);
        BigInteger start = bounds.Length > 1 ? bounds[0] : 0,
            stop = bounds.Length > 1 ? bounds[1] : bounds[0],
            step = bounds.Length > 2 ? bounds[2] : 1;
        if (step.IsZero)
            throw TemplateFault.Operation("the step of a range cannot be zero");
        BigInteger count = step.Sign > 0 ? (stop - start + step - 1) / step : (start - stop - step - 1) / -step;
        if (count > Budget.LargestRange)
            throw new TemplateFault(FaultKind.Limit, $"a range is longer than {Budget.LargestRange}");
        return new(start, stop, step, (int)BigInteger.Max(count, 0));
    }

    static OrderedDictionary<Value, Value> Entries(Interpreter run, Arguments arguments)
    {
        OrderedDictionary<Value, Value> entries = run.NewEntries();
        if (arguments.Positional.Count > 1)
            throw TemplateFault.Operation("dict takes at most one positional argument");
        foreach (Value source in arguments.Positional)
        {
            IEnumerable<Value> pairs = source is DictValue dict
                ? Iteration.Over(run.Budget, new DictView(dict, DictPart.Items))
                : Iteration.Over(run.Budget, source);
            foreach (Value pair in pairs)
            {
                run.Budget.Allocate(100);
                List<Value> two = Iteration.ToList(run.Budget, pair);
                entries[two.Count == 2 ? two[0] : throw TemplateFault.Operation("dict needs pairs of key and value")] = two[1];
            }
        }
        foreach (var (name, value) in arguments.Named)
        {
            run.Budget.Allocate(100);
            entries[new TextValue(name)] = value;
        }
        return entries;
    }

    static NamespaceValue NewNamespace(Interpreter run, Arguments arguments)
    {
        OrderedDictionary<Value, Value> attributes = Entries(run, arguments);
        foreach (Value key in attributes.Keys)
            if (key is TextValue name)
                CheckNamespaceName(name.Text);
        return new(attributes);
    }

    /// <summary>Names with a leading underscore are refused, as transformers does.</summary>
    public static void CheckNamespaceName(string name)
    {
        if (name.StartsWith('_'))
            throw new TemplateFault(
                FaultKind.Forbidden,
                $"a namespace cannot hold the attribute '{name}', whose name starts with an underscore"
            );
    }

    static FunctionValue NewCycler(Interpreter run, Arguments arguments)
    {
        IReadOnlyList<Value> items = arguments.Positional;
        if (items.Count == 0)
            throw TemplateFault.Operation("cycler needs an item");
        int position = 0;
        return new(
            "cycler",
            (_, _) => throw TemplateFault.Operation("'Cycler' object is not callable"),
            "Cycler",
            attribute =>
                attribute switch
                {
                    "current" => items[position],
                    "next" => new FunctionValue(
                        "next",
                        (_, _) =>
                        {
                            Value item = items[position];
                            position = (position + 1) % items.Count;
                            return item;
                        }
                    ),
                    "reset" => new FunctionValue(
                        "reset",
                        (_, _) =>
                        {
                            position = 0;
                            return NoneValue.None;
                        }
                    ),
                    _ => null,
                }
        );
    }

    static FunctionValue NewJoiner(Interpreter run, Arguments arguments)
    {
        Value separator = arguments.Bind("joiner", "sep?")[0] ?? new TextValue(", ");
        bool used = false;
        return new(
            "joiner",
            (_, _) =>
            {
                if (used)
                    return separator;
                used = true;
                return TextValue.Empty;
            },
            "Joiner"
        );
    }
}
