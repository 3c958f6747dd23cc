using System.Numerics;

namespace DcrDsl.Jinja;

sealed partial class Interpreter
{
    Value Evaluate(Expression expression, Scope scope)
    {
        Budget.Step();
        Budget.Enter();
        line = expression.Line;
        Value value = expression switch
        {
            Constant constant => constant.Value,
            Name name => scope.Find(name.Id, Budget) ?? Undefined(name.Id),
            AttributeAccess access => GetAttribute(Evaluate(access.Target, scope), access.Attribute),
            ItemAccess access => EvaluateItem(access, scope),
            Call call => EvaluateCall(call, scope, caller: null),
            FilterCall filter => EvaluateFilter(filter, scope, head: null),
            TestCall test => EvaluateTest(test, scope),
            Not not => BooleanValue.Of(!Iteration.Truth(Evaluate(not.Operand, scope))),
            And and => Evaluate(and.Left, scope) is var left && Iteration.Truth(left) ? Evaluate(and.Right, scope) : left,
            Or or => Evaluate(or.Left, scope) is var left && Iteration.Truth(left) ? left : Evaluate(or.Right, scope),
            Conditional choice => Iteration.Truth(Evaluate(choice.Test, scope)) ? Evaluate(choice.Then, scope)
            : choice.Else is not null ? Evaluate(choice.Else, scope)
            : new UndefinedValue("the inline if was false and has no else"),
            Comparison comparison => EvaluateComparison(comparison, scope),
            Arithmetic arithmetic => Operators.Apply(
                this,
                arithmetic.Operator,
                Evaluate(arithmetic.Left, scope),
                Evaluate(arithmetic.Right, scope)
            ),
            Concatenation concatenation => EvaluateConcatenation(concatenation, scope),
            Negative negative => Operators.Negate(Budget, Evaluate(negative.Operand, scope)),
            Positive positive => Operators.Plus(Evaluate(positive.Operand, scope)),
            ListLiteral list => NewSequence(list.Items, scope, isTuple: false),
            TupleLiteral tuple => NewSequence(tuple.Items, scope, isTuple: true),
            DictLiteral dict => EvaluateDict(dict, scope),
            SliceBounds => throw new TemplateFault(FaultKind.Unsupported, "a slice among several subscripts"),
            _ => throw new TemplateFault(FaultKind.Unsupported, expression.GetType().Name),
        };
        Budget.Leave();
        return value;
    }

    static UndefinedValue Undefined(string name) =>
        name == Globals.Clock
            ? new("it asks for today's date (strftime_now), and none is given", FaultKind.NoDate)
            : new($"'{name}' is undefined");

    SequenceValue NewSequence(IReadOnlyList<Expression> items, Scope scope, bool isTuple)
    {
        Budget.AllocateItems(items.Count);
        return new([.. items.Select(item => Evaluate(item, scope))], isTuple);
    }

    DictValue EvaluateDict(DictLiteral literal, Scope scope)
    {
        OrderedDictionary<Value, Value> entries = NewEntries();
        foreach (var (key, value) in literal.Pairs)
        {
            Budget.Allocate(100);
            entries[Evaluate(key, scope)] = Evaluate(value, scope);
        }
        return new(entries);
    }

    Value EvaluateComparison(Comparison comparison, Scope scope)
    {
        Value left = Evaluate(comparison.First, scope);
        foreach (var (sign, operand) in comparison.Rest)
        {
            Value right = Evaluate(operand, scope);
            bool holds = sign switch
            {
                "in" => Contains(right, left),
                "not in" => !Contains(right, left),
                _ => Equality.Holds(sign, left, right),
            };
            if (!holds)
                return BooleanValue.False;
            left = right;
        }
        return BooleanValue.True;
    }

    TextValue EvaluateConcatenation(Concatenation concatenation, Scope scope)
    {
        Value[] parts = [.. concatenation.Parts.Select(part => Evaluate(part, scope))];
        bool isSafe = Autoescape && parts.Any(part => part is TextValue { IsSafe: true });
        string[] texts = [.. parts.Select(part => isSafe ? Html.Escape(this, part) : PythonText.Str(Budget, part))];
        Budget.AllocateText(texts.Sum(text => (long)text.Length));
        return new(string.Concat(texts), isSafe);
    }

    /// <summary>item in container.</summary>
    public bool Contains(Value container, Value item)
    {
        switch (container)
        {
            case TextValue text:
                if (item is not TextValue part)
                    throw TemplateFault.Operation($"'in <string>' requires string as left operand, not {item.TypeName}");
                return new TextSearch(Budget, part.Text).Next(Budget, text.Text, 0) >= 0;
            case DictValue dict:
                return dict.Entries.ContainsKey(item);
            case DictView { Part: DictPart.Keys } view:
                return view.Owner.Entries.ContainsKey(item);
            default:
                return Iteration.Over(Budget, container).Any(other => Equality.Equals(other, item));
        }
    }

    Value EvaluateItem(ItemAccess access, Scope scope)
    {
        Value target = Evaluate(access.Target, scope);
        if (access.Item is not SliceBounds slice)
            return GetItem(target, Evaluate(access.Item, scope));
        BigInteger? Bound(Expression? bound)
        {
            Value value = bound is null ? NoneValue.None : Evaluate(bound, scope);
            return value is NoneValue
                ? null
                : PythonNumbers.AsInteger(value)
                    ?? throw (
                        value is UndefinedValue undefined
                            ? undefined.Fault()
                            : TemplateFault.Operation("slice bounds must be integers or none")
                    );
        }
        return Subscripts.Slice(Budget, target, Bound(slice.Start), Bound(slice.Stop), Bound(slice.Step));
    }

    /// <summary>target[key]: the item, else the attribute of that name, else undefined.</summary>
    public Value GetItem(Value target, Value key)
    {
        if (target is UndefinedValue undefined)
            throw undefined.Fault();
        if (Subscripts.Item(this, target, key) is { } item)
            return item;
        if (key is not TextValue { Text: var name })
            return UndefinedValue.Of(target, PythonText.Repr(Budget, key));
        return Members.Find(target, name) ?? UndefinedValue.Of(target, name);
    }

    /// <summary>target.name: the attribute, else the item of that key, else undefined.</summary>
    public Value GetAttribute(Value target, string name)
    {
        if (target is UndefinedValue undefined)
            throw undefined.Fault();
        return Members.Find(target, name) ?? Subscripts.Item(this, target, new TextValue(name)) ?? UndefinedValue.Of(target, name);
    }

    /// <summary>A filter and those before it; <paramref name="head"/> is what the chain of a filter block starts with.</summary>
    Value EvaluateFilter(FilterCall filter, Scope scope, Value? head)
    {
        Budget.Enter();
        Value target = filter.Target switch
        {
            null => head!,
            FilterCall inner when head is not null => EvaluateFilter(inner, scope, head),
            Expression own => Evaluate(own, scope),
        };
        Value result = ApplyFilter(filter.Filter, target, EvaluateArguments(filter.Arguments, scope));
        Budget.Leave();
        return result;
    }

    public Value ApplyFilter(string name, Value target, Arguments arguments)
    {
        Budget.Step();
        return FilterTable.All.TryGetValue(name, out Filter? filter)
            ? filter(this, target, arguments)
            : throw TemplateFault.Operation($"there is no filter named '{TemplateFault.Shortened(name)}'");
    }

    BooleanValue EvaluateTest(TestCall test, Scope scope) =>
        BooleanValue.Of(ApplyTest(test.Test, Evaluate(test.Target, scope), EvaluateArguments(test.Arguments, scope)));

    public bool ApplyTest(string name, Value target, Arguments arguments)
    {
        Budget.Step();
        return TestTable.All.TryGetValue(name, out Test? test)
            ? test(this, target, arguments)
            : throw TemplateFault.Operation($"there is no test named '{TemplateFault.Shortened(name)}'");
    }
}
