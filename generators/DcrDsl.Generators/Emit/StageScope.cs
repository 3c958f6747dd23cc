using System.Reflection;
using DcrDsl.Generators.Model;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// The options of one stage as C# text: a constant folded in or, where the option is swept, the parameter that carries it.
/// </summary>
sealed class StageScope(StageModel stage)
{
    public StageModel Stage { get; } = stage;

    AxisModel? Swept(string path) => Stage.Axes.FirstOrDefault(a => a.Field == path);

    /// <summary>Whether the option is a parameter of the method.</summary>
    public bool IsSwept(string path) => Swept(path) is not null;

    /// <summary>The option's value as C#: <c>3e-4</c>, or <c>layer</c> where it is swept.</summary>
    public string Value(string path) => Swept(path)?.Parameter ?? Literal(Get(path), path);

    /// <summary>The option's value for a comment.</summary>
    public string Words(string path) => Swept(path)?.Parameter ?? Text.Label(Get(path));

    /// <summary>A call of the runtime function that a record or enum member names, its options as named arguments after those given.</summary>
    public string Call(string path, params string[] arguments)
    {
        if (Swept(path) is { Kind: AxisKind.Objective or AxisKind.Pooling } axis) return $"{axis.Parameter}({string.Join(", ", arguments)})";
        object value = Get(path)!;
        return $"{Function(value)}({string.Join(", ", arguments.Concat(NamedArguments(value, path)))})";
    }

    /// <summary>The same for a record within a list, none of whose options can be swept.</summary>
    public string Call(object record) =>
        $"{Function(record)}({string.Join(", ", Arguments(record))})";

    IEnumerable<string> Arguments(object record) =>
        SpecRecord.All(record).Where(o => o.Value is not null).Select(o => $"{Text.Parameter(o.Name)}: {Literal(o.Value)}");

    /// <summary>The options of a record as named arguments; those left null are not passed.</summary>
    public IEnumerable<string> NamedArguments(object value, string path, params string[] except) => value is Enum ? [] :
        from option in SpecRecord.All(value)
        where option.Value is not null && !except.Contains(option.Name)
        select $"{Text.Parameter(option.Name)}: {Value(Join(path, option.Name))}";

    /// <summary>The runtime function behind a choice.</summary>
    public static string Function(object value) => Vocabulary.RuntimeCall(value)?.Function
        ?? throw new InvalidOperationException($"{value.GetType().Name} names no runtime function");

    /// <summary>The value of an option by its path below the stage; the stage itself for the empty path.</summary>
    public object? Get(string path)
    {
        object? value = Stage.Spec;
        if (path.Length == 0) return value;
        foreach (string part in path.Split('.'))
            value = value is null ? null : Vocabulary.Option(value.GetType(), part)?.GetValue(value);
        return value;
    }

    /// <summary>A value as C#; records as object creations with what differs from their defaults, swept options of theirs as parameters.</summary>
    public string Literal(object? value, string path = "\0") => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        int => Text.Label(value),
        double number => Text.DoubleLiteral(number),
        string text => Text.StringLiteral(text),
        Enum member => $"Specs.{member.GetType().Name}.{member}",
        System.Collections.IEnumerable items => "[" + string.Join(", ", items.Cast<object?>().Select(i => Literal(i))) + "]",
        _ => Creation(value, path),
    };

    string Creation(object record, string path)
    {
        var swept = Stage.Axes.Select(a => a.Field).Where(f => f.StartsWith(Join(path, ""), StringComparison.Ordinal)).ToList();
        if (swept.Count == 0 && Vocabulary.StaticMemberName(record) is { } member) return "Specs." + member;
        var written = SpecRecord.Written(record).Select(o => o.Name).ToList();
        // A model is written out in full: its dimensions are what a reader of the program looks for.
        var options = Vocabulary.Options(record.GetType()).Select(o => o.Name).Where(n => record is ModelSpec || written.Contains(n) || swept.Any(f => f == Join(path, n)));
        string text = string.Join(", ", options.Select(n => $"{n} = {Assigned(n)}"));
        return text.Length == 0 ? $"new Specs.{record.GetType().Name}()" : $"new Specs.{record.GetType().Name} {{ {text} }}";

        string Assigned(string name)
        {
            string value = swept.Contains(Join(path, name)) ? Value(Join(path, name)) : Literal(Option(record, name), Join(path, name));
            // A model is opened right here; what other paths stand for is asked where they are read.
            return record is ModelSpec && Vocabulary.Option(record.GetType(), name)!.IsDefined(typeof(RunPathAttribute)) ? $"run.Path({value})" : value;
        }
    }

    static object? Option(object record, string name) => record.GetType().GetProperty(name, BindingFlags.Public | BindingFlags.Instance)!.GetValue(record);

    static string Join(string path, string name) => path.Length == 0 ? name : path + "." + name;
}
