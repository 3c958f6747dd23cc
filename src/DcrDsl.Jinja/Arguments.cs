namespace DcrDsl.Jinja;

/// <summary>The evaluated arguments of one call.</summary>
sealed record Arguments(IReadOnlyList<Value> Positional, IReadOnlyDictionary<string, Value> Named)
{
    public static Arguments None { get; } = new([], new Dictionary<string, Value>());

    /// <summary>
    /// Assigns the arguments to parameters in Python's way. A name ending in '?' may be left out and is then null.
    /// </summary>
    public Value?[] Bind(string function, params ReadOnlySpan<string> parameters)
    {
        if (Positional.Count > parameters.Length)
            throw TemplateFault.Operation($"{function} takes at most {parameters.Length} arguments, but {Positional.Count} were given");
        var bound = new Value?[parameters.Length];
        int used = 0;
        for (int i = 0; i < parameters.Length; i++)
        {
            string name = parameters[i].TrimEnd('?');
            bool named = Named.TryGetValue(name, out Value? value);
            if (named)
                used++;
            if (named && i < Positional.Count)
                throw TemplateFault.Operation($"{function} got two values for its argument '{name}'");
            bound[i] = i < Positional.Count ? Positional[i] : value;
            if (bound[i] is null && !parameters[i].EndsWith('?'))
                throw TemplateFault.Operation($"{function} needs the argument '{name}'");
        }
        if (used < Named.Count)
        {
            string[] known = [.. parameters];
            string extra = Named.Keys.First(k => !known.Any(p => p.TrimEnd('?') == k));
            throw TemplateFault.Operation($"{function} has no argument '{extra}'");
        }
        return bound;
    }
}
