using DcrDsl.Generators.Model;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// The options of one stage as C#: a constant folded in or, where the option is swept, the parameter that carries it; and the names of its
/// method.
/// </summary>
sealed class StageScope
{
    /// <summary>The local or parameter that holds the number of steps.</summary>
    public const string Steps = "steps";

    /// <summary>Names that every generated method uses.</summary>
    public static readonly string[] OfAll = ["model", "run", "seed"];

    readonly StageMethod method;
    readonly Imports imports;
    readonly Names names;
    readonly Dictionary<string, Code> parameters = new(StringComparer.Ordinal);

    public StageScope(StageModel stage, StageMethod method, Imports imports)
    {
        (Stage, this.method, this.imports) = (
            stage with
            {
                Axes = stage.Axes.Where(a => method.Takes(a, stage)).ToEquatableArray(),
            },
            method,
            imports
        );
        names = new Names([.. OfAll, .. StageEmitter.For(stage.Spec).Locals]);
        // A swept number of steps takes the place of the local; whatever else is called as a local gives way.
        foreach (var axis in Stage.Axes)
            parameters[axis.Field] = Code.Name(
                string.Equals(axis.Field, Steps, StringComparison.OrdinalIgnoreCase) ? Steps : names.Take(axis.Parameter, "Choice")
            );
    }

    public StageModel Stage { get; }

    /// <summary>The name of the generated method.</summary>
    public string Method => method.Shape.Method(Stage.Name);

    /// <summary>The name of the stage to the runtime.</summary>
    public string Name => Stage.Name + method.Shape.Suffix;

    /// <summary>What it writes.</summary>
    public StageMethod Kind => method;

    /// <summary>What tells this stage's random numbers from those of other stages.</summary>
    public Code Purpose => Code.Text(Stage.Property);

    /// <summary>A type or function of the runtime.</summary>
    public Code Type(string name) => imports.Of(name);

    /// <summary>A type of the vocabulary, or a static member of one.</summary>
    public Code Spec(string name) => imports.Spec(name);

    /// <summary>A new local.</summary>
    public Code Local(string wanted, string suffix = "") => Code.Name(names.Take(Text.Parameter(wanted), suffix));

    /// <summary>From here on a local stands for an option of the stage.</summary>
    public void Stand(string path, Code local) => parameters[path] = local;

    AxisModel? Swept(string path) => Stage.Axes.FirstOrDefault(a => a.Field == path);

    /// <summary>Whether the option is a parameter of the method.</summary>
    public bool IsSwept(string path) => parameters.ContainsKey(path);

    /// <summary>The parameters that carry swept values, each followed by a comma.</summary>
    public Code Parameters() => Code.Join("", Stage.Axes.Select(a => (Code)$"{ParameterType(a)} {parameters[a.Field]}, "));

    /// <summary>The type in which a swept value reaches the method.</summary>
    public Code ParameterType(AxisModel axis) => axis.HasNone ? $"{ValueType(axis)}?" : ValueType(axis);

    Code ValueType(AxisModel axis) =>
        axis.Kind switch
        {
            AxisKind.Boolean => $"bool",
            AxisKind.Integer => $"int",
            AxisKind.Number => $"double",
            AxisKind.Text => $"string",
            AxisKind.Source => imports.Spec(nameof(PromptSource)),
            AxisKind.Objective => $"{Type("Func")}<{Type("Tensor")}, {Type("Tensor")}, {Type("Tensor")}>",
            AxisKind.Pooling => $"{Type("Func")}<{Type("Tensor")}, {Type("TextSpans")}, {Type("Tensor")}>",
            AxisKind.Preference => $"{Type("Func")}<{Type("Tensor")}, {Type("Tensor")}, {Type("Tensor")}, {Type("Tensor")}>",
            _ => imports.TypeOf(axis.Values.First(v => v is not null)!),
        };

    /// <summary>Whether the option is swept and one of its values is none.</summary>
    public bool MayBeNone(string path) => Swept(path) is { HasNone: true };

    /// <summary>The option's value as C#: <c>3e-4</c>, or <c>layer</c> where it is swept.</summary>
    public Code Value(string path) => parameters.TryGetValue(path, out var parameter) ? parameter : Literal(Get(path), path);

    /// <summary>The option's value for a comment.</summary>
    public Code Words(string path) => parameters.TryGetValue(path, out var parameter) ? parameter : Code.Comment(Text.Label(Get(path)));

    /// <summary>
    /// A call of the runtime function that a record or enum member names, its options as named arguments after those given.
    /// </summary>
    public Code Call(string path, params Code[] arguments)
    {
        if (Swept(path) is { Kind: AxisKind.Objective or AxisKind.Pooling or AxisKind.Preference })
            return $"{parameters[path]}({Code.Join(", ", arguments)})";
        object value = Get(path)!;
        return $"{Function(value)}({Code.Join(", ", arguments.Concat(NamedArguments(value, path)))})";
    }

    /// <summary>The same for a record within a list, none of whose options can be swept.</summary>
    public Code Call(object record)
    {
        var given = SpecRecord.Passed(record).Where(o => o.Value is not null);
        return $"{Function(record)}({Code.Join(", ", given.Select(o => (Code)$"{Argument(o.Name)}: {Literal(o.Value)}"))})";
    }

    /// <summary>
    /// A call of a function of the loop; options that are passed to it (<see cref="PassedToAttribute"/>) come after the arguments given.
    /// </summary>
    public Code Invoke(string function, params Code[] arguments)
    {
        object defaults = Vocabulary.DefaultOf(Stage.Spec);
        var passed =
            from option in Vocabulary.OptionsOf(Stage.Spec)
            where option.Mark<PassedToAttribute>()?.Function == function
            where IsSwept(option.Name) || !Equals(option.GetValue(Stage.Spec), option.GetValue(defaults))
            select (Code)$"{Argument(option.Name)}: {Value(option.Name)}";
        return $"{Type(function)}({Code.Join(", ", arguments.Concat(passed))})";
    }

    /// <summary>
    /// The options of a record as named arguments; those left null, or at a default that is not passed, are not, unless a sweep sets them.
    /// </summary>
    public IEnumerable<Code> NamedArguments(object value, string path, params string[] except) =>
        value is Enum
            ? []
            : from option in SpecRecord.All(value)
            where IsSwept(Join(path, option.Name)) || option.Value is not null && SpecRecord.Passed(value).Contains(option)
            where !except.Contains(option.Name)
            select (Code)$"{Argument(option.Name)}: {Value(Join(path, option.Name))}";

    /// <summary>The name of the parameter of a runtime function that takes an option.</summary>
    public static Code Argument(string option) => Code.Name(Text.Parameter(option));

    /// <summary>The runtime function behind a choice.</summary>
    public Code Function(object value) =>
        value is IOwn own
            ? Imports.Own(own.Own.Type.Function)
            : Type(
                Vocabulary.RuntimeCall(value)?.Function
                    ?? throw new InvalidOperationException($"{value.GetType().Name} {value} names no runtime function")
            );

    /// <summary>The value of an option by its path below the stage; the stage itself for the empty path.</summary>
    public object? Get(string path) => Vocabulary.ValueAt(Stage.Spec, path);

    /// <summary>
    /// A value as C#; records as object creations with what differs from their defaults, swept options of theirs as parameters.
    /// </summary>
    public Code Literal(object? value, string path = "\0") =>
        value switch
        {
            null => $"null",
            bool flag => Code.Flag(flag),
            int number => $"{number}",
            double number => Code.Number(number),
            string text => Code.Text(text),
            Enum member => Code.Member(imports.TypeOf(member), member),
            OwnMember member => $"{imports.TypeOf(member)}.{Code.Name(member.Name)}",
            System.Collections.IEnumerable items =>
                $"[{Code.Join(", ", items.Cast<object?>().Select(i => IsAsDeclared(path) ? Record(i) : Literal(i)))}]",
            PairMiner miner when !IsAsDeclared(path) => $"{Function(miner)}({Code.Join(", ", NamedArguments(miner, path))})",
            OwnSource source when !IsAsDeclared(path) =>
                $"new {Type("OwnPrompts")}({Creation(source, path)}, seed => {Read(source, path)})",
            _ => Creation(value, path),
        };

    /// <summary>The stage's own record, its paths as declared: where they lie is asked when it runs.</summary>
    public Code Record() => Record(Stage.Spec);

    /// <summary>A value as it is declared, for the runtime to look at and not to be called.</summary>
    public Code Record(object? value) => Literal(value, AsDeclared);

    const string AsDeclared = "\u0002";

    static bool IsAsDeclared(string path) => path.StartsWith(AsDeclared, StringComparison.Ordinal);

    /// <summary>A call of the function behind a source of the user's; the seed is a parameter around it.</summary>
    Code Read(OwnSource source, string path)
    {
        var handled = OwnFamily.Of(source.Own.Type.Family)!.Handled;
        var options = SpecRecord
            .All(source)
            .Where(o => (o.Value is not null || IsSwept(Join(path, o.Name))) && !handled.Contains(o.Name))
            .Select(o => (Code)$"{Argument(o.Name)}: {Part(source, path, o.Name)}");
        return $"{Function(source)}({Code.Join(", ", [$"seed", .. options])})";
    }

    /// <summary>An option of a record that is written as a literal: the parameter that carries it, or its value.</summary>
    Code Part(object record, string path, string name) =>
        IsSwept(Join(path, name))
            ? Value(Join(path, name))
            : Literal(Vocabulary.OptionOf(record, name)!.GetValue(record), Join(path, name));

    Code Creation(object record, string path)
    {
        var swept = Stage.Axes.Select(a => a.Field).Where(f => f.StartsWith(Join(path, ""), StringComparison.Ordinal)).ToList();
        if (swept.Count == 0 && Vocabulary.StaticMemberName(record) is { } member)
            return imports.Spec(member);
        var written = SpecRecord.Written(record).Select(o => o.Name).ToList();
        // A model is written out in full: its dimensions are what a reader of the program looks for.
        var options = Vocabulary
            .OptionsOf(record)
            .Select(o => o.Name)
            .Where(n => record is ModelSpec || written.Contains(n) || swept.Any(f => f == Join(path, n)));
        var assigned = Code.Join(", ", options.Select(n => (Code)$"{Code.Name(n)} = {Assigned(n)}"));
        var type = imports.TypeOf(record);
        return assigned.IsEmpty ? $"new {type}()" : (Code)$"new {type} {{ {assigned} }}";

        Code Assigned(string name)
        {
            var value = Part(record, path, name);
            // A model is opened right here; what other paths stand for is asked where they are read.
            return !IsAsDeclared(path) && record is ModelSpec && Vocabulary.OptionOf(record, name)!.IsRunPath
                ? $"run.Path({value})"
                : value;
        }
    }

    static string Join(string path, string name) => path.Length == 0 ? name : path + "." + name;
}
