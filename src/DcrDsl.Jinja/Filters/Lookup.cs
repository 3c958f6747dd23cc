using System.Globalization;

namespace DcrDsl.Jinja.Filters;

/// <summary>The attribute paths of map, sort, sum and the like: dots descend, parts of digits are indices.</summary>
static class Lookup
{
    /// <summary>
    /// A function that follows <paramref name="attribute"/> (null or none: the item itself) and gives <paramref name="byDefault"/> for what
    /// is missing.
    /// </summary>
    public static Func<Value, Value> Path(Interpreter run, Value? attribute, Value? byDefault = null)
    {
        Value[] parts = attribute switch
        {
            null or NoneValue => [],
            TextValue text => Parts(run.Budget, text.Text),
            Value other => [other],
        };
        Value? substitute = byDefault is NoneValue ? null : byDefault;
        return item =>
        {
            foreach (Value part in parts)
            {
                run.Budget.Step();
                item = run.GetItem(item, part);
                if (substitute is not null && item is UndefinedValue)
                    item = substitute;
            }
            return item;
        };
    }

    static Value[] Parts(Budget budget, string path)
    {
        Charge(budget, path, '.', 96);
        return [.. path.Split('.').Select(Part)];
    }

    /// <summary>Charges what cutting a text at each <paramref name="separator"/> makes, before it is made.</summary>
    static void Charge(Budget budget, string text, char separator, int bytesEach)
    {
        budget.Scan(text.Length);
        budget.AllocateText(text.Length);
        budget.Allocate(bytesEach * (1L + text.AsSpan().Count(separator)));
    }

    static Value Part(string part) =>
        part.Length is > 0 and < 10 && part.All(char.IsAsciiDigit)
            ? new IntegerValue(int.Parse(part, CultureInfo.InvariantCulture))
            : new TextValue(part);

    /// <summary>The key of a sort: a list of what the paths give that commas separate.</summary>
    public static Func<Value, Value> SortKey(Interpreter run, Value? attribute, bool caseSensitive)
    {
        if (attribute is TextValue { Text: var all })
            Charge(run.Budget, all, ',', 256);
        Func<Value, Value>[] paths = attribute is TextValue text
            ? [.. text.Text.Split(',').Select(part => Path(run, new TextValue(part)))]
            : [Path(run, attribute)];
        Value Key(Value item, Func<Value, Value> path) => caseSensitive ? path(item) : IgnoreCase(run, path(item));
        return item =>
        {
            run.Budget.AllocateItems(paths.Length);
            return new SequenceValue([.. paths.Select(path => Key(item, path))], isTuple: false);
        };
    }

    /// <summary>Strings in lower case, other values as they are.</summary>
    public static Value IgnoreCase(Interpreter run, Value value)
    {
        if (value is not TextValue text)
            return value;
        run.Budget.AllocateText(text.Text.Length);
        run.Budget.Scan(text.Text.Length);
        return new TextValue(Letters.Lower(text.Text));
    }
}
