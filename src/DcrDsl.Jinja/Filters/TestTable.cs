using System.Collections.Frozen;
using System.Numerics;

namespace DcrDsl.Jinja.Filters;

delegate bool Test(Interpreter run, Value value, Arguments arguments);

/// <summary>Jinja's tests by name.</summary>
static class TestTable
{
    public static FrozenDictionary<string, Test> All { get; } =
        new Dictionary<string, Test>
        {
            ["defined"] = Plain((_, value) => value is not UndefinedValue),
            ["undefined"] = Plain((_, value) => value is UndefinedValue),
            ["none"] = Plain((_, value) => value is NoneValue),
            ["boolean"] = Plain((_, value) => value is BooleanValue),
            ["true"] = Plain((_, value) => value == BooleanValue.True),
            ["false"] = Plain((_, value) => value == BooleanValue.False),
            ["integer"] = Plain((_, value) => value is IntegerValue),
            ["float"] = Plain((_, value) => value is FloatValue),
            ["number"] = Plain((_, value) => PythonNumbers.IsNumber(value)),
            ["string"] = Plain((_, value) => value is TextValue),
            ["mapping"] = Plain((_, value) => value is DictValue),
            ["sequence"] = Plain(
                (_, value) => value is TextValue or SequenceValue or DictValue or RangeValue or BytesValue or UndefinedValue
            ),
            ["iterable"] = Plain((_, value) => Iteration.IsIterable(value)),
            ["callable"] = Plain((_, value) => value is FunctionValue { TypeName: not "Cycler" } or LoopValue or UndefinedValue),
            ["escaped"] = Plain((_, value) => value is TextValue { IsSafe: true }),
            ["filter"] = Plain((_, value) => value is TextValue name && FilterTable.All.ContainsKey(name.Text)),
            ["test"] = Plain((_, value) => value is TextValue name && All!.ContainsKey(name.Text)),
            ["lower"] = Plain((run, value) => IsCase(run, value, "islower")),
            ["upper"] = Plain((run, value) => IsCase(run, value, "isupper")),
            ["odd"] = Plain(
                (run, value) =>
                    Remainder(run, value, new IntegerValue(2)) is { } rest && PythonNumbers.Compare(rest, new IntegerValue(1)) == 0
            ),
            ["even"] = Plain((run, value) => Remainder(run, value, new IntegerValue(2)) is { } rest && !Iteration.Truth(rest)),
            ["divisibleby"] = (run, value, a) =>
                Remainder(run, value, a.Bind("divisibleby", "num")[0]!) is { } rest && !Iteration.Truth(rest),
            ["sameas"] = (run, value, a) => IsSame(run, value, a.Bind("sameas", "other")[0]!),
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

    /// <summary>A test without arguments.</summary>
    static Test Plain(Func<Interpreter, Value, bool> test) =>
        (run, value, a) =>
        {
            a.Bind("the test");
            return test(run, value);
        };

    static Test Compare(string sign) => (run, value, a) => run.Equality.Holds(sign, value, a.Bind(sign, "other")[0]!);

    static bool IsCase(Interpreter run, Value value, string method) =>
        Iteration.Truth(TextMethods.All[method](run, new TextValue(PythonText.Str(run.Budget, value)), Arguments.None));

    static Value? Remainder(Interpreter run, Value value, Value divisor) =>
        value is TextValue ? throw TemplateFault.Operation("a string has no remainder") : Operators.Apply(run, "%", value, divisor);

    /// <summary>Python's 'is': the same object; equal short strings and ints, which Python shares, count as the same.</summary>
    static bool IsSame(Interpreter run, Value a, Value b) =>
        ReferenceEquals(a, b)
        || (a, b) switch
        {
            (TextValue x, TextValue y) => run.Equality.Equals(x, y) && x.IsSafe == y.IsSafe,
            (IntegerValue x, IntegerValue y) => x.Number == y.Number && BigInteger.Abs(x.Number) <= 256,
            _ => false,
        };
}
