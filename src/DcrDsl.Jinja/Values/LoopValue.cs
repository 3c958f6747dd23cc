namespace DcrDsl.Jinja.Values;

/// <summary>
/// The variable <c>loop</c>. The loop reads its values lazily and looks one ahead only when asked, as Jinja's LoopContext does.
/// </summary>
sealed class LoopValue(Budget budget, IEnumerable<Value> values, int? knownLength, int depth, Func<Value, Value>? recurse) : Value
{
    IEnumerator<Value> rest = values.GetEnumerator();
    int? length = knownLength;
    Value? before,
        after;
    Value? changed;

    public int Index0 { get; private set; } = -1;
    public Value? Current { get; private set; }
    public override string TypeName => "LoopContext";

    public bool MoveNext()
    {
        Value? next = Peek();
        after = null;
        if (next is null)
            return false;
        Index0++;
        (before, Current) = (Current, next);
        return true;
    }

    Value? Peek() => after ??= rest.MoveNext() ? rest.Current : null;

    public int Length()
    {
        if (length is { } known)
            return known;
        var remaining = new List<Value>();
        while (rest.MoveNext())
        {
            budget.AllocateItems(1);
            remaining.Add(rest.Current);
        }
        rest = remaining.GetEnumerator();
        length = remaining.Count + Index0 + 1 + (after is null ? 0 : 1);
        return length.Value;
    }

    /// <summary>Calls a recursive loop on inner items.</summary>
    public Value Recurse(Value items) =>
        recurse?.Invoke(items) ?? throw TemplateFault.Operation("only a loop marked 'recursive' can be called");

    public Value? Attribute(string name) =>
        name switch
        {
            "index" => new IntegerValue(Index0 + 1),
            "index0" => new IntegerValue(Index0),
            "revindex" => new IntegerValue(Length() - Index0),
            "revindex0" => new IntegerValue(Length() - Index0 - 1),
            "first" => BooleanValue.Of(Index0 == 0),
            "last" => BooleanValue.Of(Peek() is null),
            "length" => new IntegerValue(Length()),
            "depth" => new IntegerValue(depth + 1),
            "depth0" => new IntegerValue(depth),
            "previtem" => Index0 == 0 ? new UndefinedValue("there is no previous item") : before,
            "nextitem" => Peek() ?? new UndefinedValue("there is no next item"),
            "cycle" => new FunctionValue(
                "cycle",
                (_, given) =>
                    given.Positional.Count > 0
                        ? given.Positional[Index0 % given.Positional.Count]
                        : throw TemplateFault.Operation("loop.cycle needs an argument")
            ),
            "changed" => new FunctionValue(
                "changed",
                (run, given) =>
                {
                    var now = new SequenceValue(given.Positional, isTuple: true);
                    bool differs = changed is null || !run.Equality.Equals(changed, now);
                    changed = now;
                    return BooleanValue.Of(differs);
                }
            ),
            _ => null,
        };
}
