namespace DcrDsl.Jinja;

sealed partial class Interpreter
{
    Value EvaluateCall(Call call, Scope scope, FunctionValue? caller)
    {
        Value target = Evaluate(call.Target, scope);
        Arguments arguments = EvaluateArguments(call.Arguments, scope, caller);
        line = call.Line;
        return Invoke(target, arguments);
    }

    public Value Invoke(Value target, Arguments arguments)
    {
        Budget.Step();
        return target switch
        {
            FunctionValue function => function.Invoke(this, arguments),
            LoopValue loop => loop.Recurse(arguments.Bind("loop", "iterable")[0]!),
            UndefinedValue undefined => throw undefined.Fault(),
            _ => throw TemplateFault.Operation($"'{target.TypeName}' object is not callable"),
        };
    }

    Arguments EvaluateArguments(CallArguments arguments, Scope scope, FunctionValue? caller = null)
    {
        if (ReferenceEquals(arguments, CallArguments.None) && caller is null)
            return Arguments.None;
        List<Value> positional = [.. arguments.Positional.Select(argument => Evaluate(argument, scope))];
        Budget.AllocateItems(positional.Count);
        if (arguments.Rest is not null)
            positional.AddRange(Iteration.ToList(Budget, Evaluate(arguments.Rest, scope)));
        var named = new Dictionary<string, Value>(StringComparer.Ordinal);
        if (caller is not null)
            named["caller"] = caller;
        foreach (var (name, value) in arguments.Named)
            AddNamed(named, name, Evaluate(value, scope));
        if (arguments.NamedRest is null)
            return new(positional, named);
        if (Evaluate(arguments.NamedRest, scope) is not DictValue rest)
            throw TemplateFault.Operation("the argument after ** must be a mapping");
        foreach (var (key, value) in rest.Entries)
            AddNamed(named, key is TextValue text ? text.Text : throw TemplateFault.Operation("keywords must be strings"), value);
        return new(positional, named);
    }

    void AddNamed(Dictionary<string, Value> named, string name, Value value)
    {
        Budget.Allocate(100);
        if (!named.TryAdd(name, value))
            throw TemplateFault.Operation($"the argument '{name}' is given twice");
    }

    FunctionValue MacroFunction(Macro macro, Scope definition)
    {
        Budget.Allocate(200);
        return new(
            macro.Name ?? "",
            (run, arguments) => run.CallMacro(macro, definition, arguments),
            "Macro",
            attribute =>
                attribute switch
                {
                    "name" => macro.Name is null ? NoneValue.None : new TextValue(macro.Name),
                    "arguments" => Parameters(macro),
                    "catch_kwargs" => BooleanValue.Of(macro.UsesKeywords),
                    "catch_varargs" => BooleanValue.Of(macro.UsesRest),
                    "caller" => BooleanValue.Of(macro.UsesCaller),
                    _ => null,
                }
        );
    }

    SequenceValue Parameters(Macro macro)
    {
        Budget.AllocateItems(2L * macro.Parameters.Count);
        return new([.. macro.Parameters.Select(p => new TextValue(p.Name))], isTuple: true);
    }

    TextValue CallMacro(Macro macro, Scope definition, Arguments arguments)
    {
        string name = macro.Name ?? "caller";
        Budget.Step(macro.Parameters.Count / 4);
        Budget.Allocate(128L * macro.Parameters.Count);
        Scope scope = NewScope(definition);
        var named = new Dictionary<string, Value>(arguments.Named, StringComparer.Ordinal);
        Value?[] given =
        [
            .. macro.Parameters.Select(
                (parameter, i) =>
                    i < arguments.Positional.Count ? arguments.Positional[i]
                    : named.Remove(parameter.Name, out Value? value) ? value
                    : null
            ),
        ];
        for (int i = 0; i < given.Length; i++)
            if (given[i] is { } value)
                scope.Bind(macro.Parameters[i].Name, value);
        if (macro.UsesCaller && macro.Parameters.All(p => p.Name != "caller"))
            scope.Bind("caller", named.Remove("caller", out Value? caller) ? caller : new UndefinedValue("no caller is defined"));
        BindSurplus(macro, name, scope, named, arguments.Positional);
        for (int i = 0; i < given.Length; i++)
        {
            var (parameter, byDefault) = macro.Parameters[i];
            if (given[i] is null)
                scope.Bind(
                    parameter,
                    byDefault is null ? new UndefinedValue($"parameter '{parameter}' was not provided") : Evaluate(byDefault, scope)
                );
        }
        return Captured(() => Execute(macro.Body, scope));
    }

    void BindSurplus(Macro macro, string name, Scope scope, Dictionary<string, Value> named, IReadOnlyList<Value> positional)
    {
        if (!macro.UsesKeywords && named.Count > 0)
            throw TemplateFault.Operation($"the macro '{name}' takes no argument '{named.Keys.First()}'");
        if (!macro.UsesRest && positional.Count > macro.Parameters.Count)
            throw TemplateFault.Operation($"the macro '{name}' takes not more than {macro.Parameters.Count} arguments");
        if (macro.UsesKeywords)
        {
            OrderedDictionary<Value, Value> entries = NewEntries();
            Budget.Allocate(100L * named.Count);
            foreach (var (key, value) in named)
                entries[new TextValue(key)] = value;
            scope.Bind("kwargs", new DictValue(entries));
        }
        if (!macro.UsesRest)
            return;
        Budget.AllocateItems(positional.Count);
        scope.Bind("varargs", new SequenceValue([.. positional.Skip(macro.Parameters.Count)], isTuple: true));
    }
}
