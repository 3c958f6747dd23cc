using System.Collections.Frozen;
using System.Numerics;

namespace DcrDsl.Data.ChatTemplates;

delegate bool Test(Interpreter run, Value value, Arguments arguments);

/// <summary>Jinja's tests by name.</summary>
static class Tests
{
    public static FrozenDictionary<string, Test> All { get; } = new Dictionary<string, Test>
    {
        ["defined"] = (_, value, _) => value is not UndefinedValue,
        ["undefined"] = (_, value, _) => value is UndefinedValue,
        ["none"] = (_, value, _) => value is NoneValue,
        ["boolean"] = (_, value, _) => value is BooleanValue,
        ["true"] = (_, value, _) => value == BooleanValue.True,
        ["false"] = (_, value, _) => value == BooleanValue.False,
        ["integer"] = (_, value, _) => value is IntegerValue,
        ["float"] = (_, value, _) => value is FloatValue,
        ["number"] = (_, value, _) => PythonNumbers.IsNumber(value),
        ["string"] = (_, value, _) => value is TextValue,
        ["mapping"] = (_, value, _) => value is DictValue,
        ["sequence"] = (_, value, _) => value is TextValue or SequenceValue or DictValue or RangeValue or BytesValue or UndefinedValue,
        ["iterable"] = (_, value, _) => Iteration.IsIterable(value),
        ["callable"] = (_, value, _) => value is FunctionValue { TypeName: not "Cycler" } or LoopValue or UndefinedValue,
        ["escaped"] = (_, value, _) => value is TextValue { IsSafe: true },
        ["filter"] = (_, value, _) => value is TextValue name && Filters.All.ContainsKey(name.Text),
        ["test"] = (_, value, _) => value is TextValue name && All!.ContainsKey(name.Text),
        ["lower"] = (run, value, _) => IsCase(run, value, "islower"),
        ["upper"] = (run, value, _) => IsCase(run, value, "isupper"),
        ["odd"] = (run, value, _) => Remainder(run, value, new IntegerValue(2)) is { } rest && PythonNumbers.Compare(rest, new IntegerValue(1)) == 0,
        ["even"] = (run, value, _) => Remainder(run, value, new IntegerValue(2)) is { } rest && !Iteration.Truth(rest),
        ["divisibleby"] = (run, value, a) => Remainder(run, value, a.Bind("divisibleby", "num")[0]!) is { } rest && !Iteration.Truth(rest),
        ["sameas"] = (_, value, a) => IsSame(value, a.Bind("sameas", "other")[0]!),
        ["in"] = (run, value, a) => run.Contains(a.Bind("in", "seq")[0]!, value),
        ["=="] = Compare("=="),
        ["eq"] = Compare("=="),
        ["equalto"] = Compare("=="),
        ["!="] = Compare("!="),
        ["ne"] = Compare("!="),
        [">"] = Compare(">"),
        ["gt"] = Compare(">"),
        ["greaterthan"] = Compare(">"),
        [">="] = Compare(">="),
        ["ge"] = Compare(">="),
        ["<"] = Compare("<"),
        ["lt"] = Compare("<"),
        ["lessthan"] = Compare("<"),
        ["<="] = Compare("<="),
        ["le"] = Compare("<="),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static Test Compare(string sign) => (run, value, a) => run.Equality.Holds(sign, value, a.Bind(sign, "other")[0]!);

    static bool IsCase(Interpreter run, Value value, string method) =>
        Iteration.Truth(TextMethods.All[method](run, new TextValue(PythonText.Str(run.Budget, value)), Arguments.None));

    static Value? Remainder(Interpreter run, Value value, Value divisor) =>
        value is TextValue ? throw TemplateFault.Operation("a string has no remainder") : Operators.Apply(run, "%", value, divisor);

    /// <summary>Python's 'is': the same object; equal short strings and ints, which Python shares, count as the same.</summary>
    static bool IsSame(Value a, Value b) => ReferenceEquals(a, b) || (a, b) switch
    {
        (TextValue x, TextValue y) => x.Text == y.Text && x.IsSafe == y.IsSafe,
        (IntegerValue x, IntegerValue y) => x.Number == y.Number && BigInteger.Abs(x.Number) <= 256,
        _ => false,
    };
}
