using System.Collections.Frozen;

namespace DcrDsl.Jinja.Values;

/// <summary>The attributes and methods of values. There is no other way to any: a name that is not listed here does not exist.</summary>
static class Members
{
    static readonly FrozenSet<string> ListMutators = ["append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"];
    static readonly FrozenSet<string> DictMutators = ["clear", "pop", "popitem", "setdefault", "update"];

    /// <summary>What Python's types have and this interpreter lacks.</summary>
    static bool IsMissing(Value owner, string name) =>
        owner switch
        {
            TextValue => name is "maketrans" or "translate",
            IntegerValue or BooleanValue => name is "to_bytes" or "from_bytes" or "as_integer_ratio" or "bit_count" or "conjugate",
            FloatValue => name is "as_integer_ratio" or "hex" or "fromhex",
            DictValue => name == "fromkeys",
            BytesValue => true,
            _ => false,
        };

    /// <summary>The attribute, an undefined value if it is forbidden, or null if there is none.</summary>
    public static Value? Find(Value owner, string name)
    {
        if (owner is NamespaceValue space)
            return space.Attributes.GetValueOrDefault(new TextValue(name));
        bool isPythonInternal = name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal);
        if (isPythonInternal)
            return UndefinedValue.Unsafe(owner, name);
        switch (owner)
        {
            case FunctionValue function:
                return function.Attribute(name);
            case LoopValue loop:
                return loop.Attribute(name);
            case TextValue text when TextMethods.All.TryGetValue(name, out TextMethod? method):
                return new FunctionValue(name, (run, arguments) => method(run, text, arguments), "builtin_function_or_method");
            case SequenceValue { IsTuple: false } when ListMutators.Contains(name):
                return UndefinedValue.Unsafe(owner, name);
            case DictValue when DictMutators.Contains(name):
                return UndefinedValue.Unsafe(owner, name);
            case SequenceValue sequence when ContainerMethods.OfSequence(sequence, name) is { } found:
                return found;
            case DictValue entries when ContainerMethods.OfDict(entries, name) is { } found:
                return found;
            case RangeValue range when name is "start" or "stop" or "step":
                return new IntegerValue(
                    name == "start" ? range.Start
                    : name == "stop" ? range.Stop
                    : range.Step
                );
            case IntegerValue or BooleanValue or FloatValue when ContainerMethods.OfNumber(owner, name) is { } found:
                return found;
        }
        return IsMissing(owner, name) ? throw new TemplateFault(FaultKind.Unsupported, $"the method '{name}' of '{owner.TypeName}'") : null;
    }
}
