using System.Numerics;

namespace DcrDsl.Jinja.Values;

/// <summary>
/// What a template can hold. The set is closed: no value wraps an object of the host, so a template reaches nothing but what is here.
/// All are immutable but namespaces, loops, cyclers and iterators.
/// </summary>
abstract class Value
{
    /// <summary>The name of the Python type, for messages.</summary>
    public abstract string TypeName { get; }
}

/// <summary>A str; <paramref name="isSafe"/>: markup that autoescape leaves alone.</summary>
sealed class TextValue(string text, bool isSafe = false) : Value
{
    public static TextValue Empty { get; } = new("");

    public string Text => text;
    public bool IsSafe => isSafe;
    public override string TypeName => isSafe ? "Markup" : "str";

    /// <summary>A string made from this one: markup stays markup.</summary>
    public TextValue With(string other) => new(other, isSafe);
}

sealed class IntegerValue(BigInteger number) : Value
{
    public BigInteger Number => number;
    public override string TypeName => "int";
}

sealed class FloatValue(double number) : Value
{
    public double Number => number;
    public override string TypeName => "float";
}

sealed class BooleanValue : Value
{
    public static BooleanValue True { get; } = new(true);
    public static BooleanValue False { get; } = new(false);

    BooleanValue(bool truth) => Truth = truth;

    public static BooleanValue Of(bool truth) => truth ? True : False;

    public bool Truth { get; }
    public override string TypeName => "bool";
}

sealed class NoneValue : Value
{
    public static NoneValue None { get; } = new();

    public override string TypeName => "NoneType";
}

/// <summary>What a missing name, key or attribute gives: prints as nothing, is false, iterates as empty, and fails otherwise.</summary>
sealed class UndefinedValue(string reason, FaultKind kind = FaultKind.Undefined) : Value
{
    public override string TypeName => "Undefined";

    public TemplateFault Fault() => new(kind, reason);

    /// <summary>For an attribute or item that <paramref name="owner"/> lacks.</summary>
    public static UndefinedValue Of(Value owner, string member)
    {
        string shown = TemplateFault.Shortened(member);
        return new(owner is NoneValue ? $"'None' has no attribute '{shown}'" : $"'{owner.TypeName} object' has no attribute '{shown}'");
    }

    public static UndefinedValue Unsafe(Value owner, string attribute) =>
        new($"access to attribute '{TemplateFault.Shortened(attribute)}' of '{owner.TypeName}' object is unsafe", FaultKind.Forbidden);
}

/// <summary>A list or a tuple.</summary>
sealed class SequenceValue(IReadOnlyList<Value> items, bool isTuple, IReadOnlyList<string>? fieldNames = null) : Value
{
    public IReadOnlyList<Value> Items => items;
    public bool IsTuple => isTuple;

    /// <summary>The attributes of a named tuple, in order of its items.</summary>
    public IReadOnlyList<string> FieldNames => fieldNames ?? [];
    public override string TypeName => isTuple ? "tuple" : "list";
}

/// <summary>A dict: keys in order of insertion, equal as in Python (1, 1.0 and true are one key).</summary>
sealed class DictValue(OrderedDictionary<Value, Value> entries) : Value
{
    public OrderedDictionary<Value, Value> Entries => entries;
    public override string TypeName => "dict";
}

enum DictPart
{
    Keys,
    Values,
    Items,
}

/// <summary>What dict.keys(), values() and items() give.</summary>
sealed class DictView(DictValue owner, DictPart part) : Value
{
    public DictValue Owner => owner;
    public DictPart Part => part;
    public override string TypeName =>
        part switch
        {
            DictPart.Keys => "dict_keys",
            DictPart.Values => "dict_values",
            _ => "dict_items",
        };
}

sealed class RangeValue(BigInteger start, BigInteger stop, BigInteger step, int count) : Value
{
    public BigInteger Start => start;
    public BigInteger Stop => stop;
    public BigInteger Step => step;
    public int Count => count;
    public override string TypeName => "range";

    public IntegerValue At(int index) => new(start + index * step);
}

/// <summary>
/// A generator: goes through its values once. One that reads another is a level deeper, however long the chain was in the making.
/// </summary>
sealed class IteratorValue : Value
{
    readonly Budget budget;
    readonly IEnumerator<Value> values;

    public IteratorValue(Budget budget, IEnumerable<Value> values)
    {
        budget.Allocate(200);
        (this.budget, this.values) = (budget, values.GetEnumerator());
    }

    public bool MoveNext()
    {
        budget.Enter();
        bool moved = values.MoveNext();
        budget.Leave();
        return moved;
    }

    public Value Current => values.Current;

    public override string TypeName => "generator";
}

sealed class BytesValue(byte[] bytes) : Value
{
    public byte[] Bytes => bytes;
    public override string TypeName => "bytes";
}

sealed class NamespaceValue(OrderedDictionary<Value, Value> attributes) : Value
{
    public OrderedDictionary<Value, Value> Attributes => attributes;
    public override string TypeName => "Namespace";
}

/// <summary>Anything that can be called; <paramref name="attributes"/> are what can be read from it.</summary>
sealed class FunctionValue(
    string name,
    Func<Interpreter, Arguments, Value> invoke,
    string typeName = "function",
    Func<string, Value?>? attributes = null
) : Value
{
    public string Name => name;

    public Value Invoke(Interpreter run, Arguments arguments) => invoke(run, arguments);

    public Value? Attribute(string attribute) => attributes?.Invoke(attribute);

    public override string TypeName => typeName;
}
