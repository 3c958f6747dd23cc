namespace DcrDsl.Jinja;

/// <summary>Names bound in one body; a name that is not here is looked up outside.</summary>
sealed class Scope(Scope? outer)
{
    readonly Dictionary<string, Value> names = new(StringComparer.Ordinal);

    public Value? Find(string name, Budget budget)
    {
        int hops = 0;
        for (Scope? scope = this; scope is not null; scope = scope.Outer, hops++)
        {
            if (!scope.names.TryGetValue(name, out Value? value))
                continue;
            budget.Step(hops / 4);
            return value;
        }
        budget.Step(hops / 4);
        return null;
    }

    public void Bind(string name, Value value) => names[name] = value;

    Scope? Outer => outer;
}
