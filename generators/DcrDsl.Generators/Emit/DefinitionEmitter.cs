using DcrDsl.Generators.Model;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// Writes what the runtime needs to plan and run an experiment: its stages as values, what is swept of them, its arms and seeds.
/// </summary>
sealed class DefinitionEmitter
{
    readonly CodeWriter code = new();
    readonly ExperimentModel experiment;
    readonly Imports imports;
    readonly ILookup<string, StageScope> scopes;
    readonly Dictionary<string, Code> locals = [];

    DefinitionEmitter(ExperimentModel experiment, Surroundings surroundings)
    {
        (this.experiment, imports) = (experiment, new Imports(surroundings));
        var names = new Names(["run", "model", "z", "labels", "hidden", "lengths", "policy", "before"]);
        scopes = experiment
            .Stages.SelectMany(s => StageEmitter.For(s.Spec).Methods.Select(m => new StageScope(s, m, imports)))
            .ToLookup(s => s.Stage.Name);
        foreach (var scope in scopes.SelectMany(g => g))
            locals[scope.Name] = Code.Name(names.Take(Text.Parameter(scope.Name) + "Stage"));
        foreach (var axis in experiment.Axes)
            locals[axis.Path] = Code.Name(names.Take(Text.Parameter(axis.Path.Replace(".", "")) + "Axis"));
    }

    public static string Emit(ExperimentModel experiment, string program, Surroundings surroundings) =>
        new DefinitionEmitter(experiment, surroundings).Emit(program);

    string Emit(string program)
    {
        Code type = imports.Of("ExperimentDefinition");
        code.Line($"partial class {Code.Name(experiment.ProgramType)}");
        using (code.Block())
        {
            code.Lines(
                $"/// <summary>Experiment \"{Code.Doc(experiment.Name)}\" as the command line runs it.</summary>",
                $"public static {type} Definition {{ get; }} = Define();",
                $"",
                $"static {type} Define()"
            );
            using (code.Block())
                Define(type);
            code.Line();
            code.LongConstant("Source", program);
        }
        return FileHeader.Before(
            code,
            imports,
            $"What can be run of experiment \"{Code.Comment(experiment.Name)}\", and the text of its program for the command line to show."
        );
    }

    void Define(Code type)
    {
        foreach (var axis in experiment.Axes)
            Axis(axis);
        foreach (var scope in scopes.SelectMany(g => g))
            Stage(scope);
        code.Line();
        code.Line($"return new {type}");
        using (code.Block(semicolon: true))
        {
            code.Lines(
                $"Name = {Code.Text(experiment.Name)},",
                $"Summary = {Code.Text(experiment.Summary)},",
                $"DeclaredIn = {Code.Text(experiment.DeclaredIn)},",
                $"Source = Source,",
                $"Properties = [{Code.Texts(experiment.Stages.Select(s => s.Property).Distinct())}],",
                $"Arms =",
                $"["
            );
            using (code.Indent())
                foreach (var arm in experiment.Arms)
                    Arm(arm);
            code.Line($"],");
            if (experiment.Axes.Count > 0)
                code.Line($"Axes = [{Code.Join(", ", experiment.Axes.Select(a => locals[a.Path]))}],");
            if (experiment.Zips.Count > 0)
                code.Line($"Zips = [{Code.Join(", ", experiment.Zips.Select(z => (Code)$"[{Code.Texts(z)}]"))}],");
            if (experiment.Exclusions.Count > 0)
                code.Line($"Exclusions = [{Code.Join(", ", experiment.Exclusions.Select(Exclusion))}],");
            code.Line($"Seeds = [{Code.Join(", ", experiment.Seeds.Select(s => (Code)$"{s}"))}],");
        }
    }

    void Arm(ArmModel arm)
    {
        Code role = arm.Role == ArmRole.None ? default(Code) : $" {{ Role = {Code.Member(imports.Spec(nameof(ArmRole)), arm.Role)} }}";
        Code stages = Code.Join(", ", arm.Stages.SelectMany(s => scopes[s]).Select(s => locals[s.Name]));
        code.Line(
            $"new {imports.Of("ArmDefinition")}({Code.Text(arm.Name)}, {Code.Text(arm.Member)}, {Code.Text(arm.Summary)}, "
                + $"[{stages}]){role},"
        );
    }

    Code Exclusion(EquatableArray<(string Field, string Label)> combination)
    {
        Code values = Code.Join(", ", combination.Select(c => (Code)$"[{Code.Text(c.Field)}] = {Code.Text(c.Label)}"));
        return $"new {imports.Of("Dictionary")}<string, string> {{ {values} }}";
    }

    /// <summary>A stage as a value: its record, what is swept of it, and its method.</summary>
    void Stage(StageScope scope)
    {
        var stage = scope.Stage;
        var shape = scope.Kind.Shape;
        Code values = Code.Join("", stage.Axes.Select(a => (Code)$"run.Value<{scope.ParameterType(a)}>({Code.Text(a.Path)}), ")),
            given = shape.Parameter is { } parameter ? Code.Name(parameter.Name) : default(Code),
            lambda = given.IsEmpty ? $"run" : (Code)$"({given}, run)",
            first = given.IsEmpty ? default : (Code)$"{given}, ",
            watch = WatchEmitter.MethodOf(scope) is { } method
                ? $" {{ Watch = (model, run) => {Code.Name(method)}(model, run.Seed, run) }}"
                : default(Code),
            excluded = stage.Excluded.Count == 0
                ? default(Code)
                : $" {{ Excluded = [{Code.Join(", ", stage.Excluded.Select(e => scope.Record(e)))}] }}";
        code.Template(
            $"""
            var {locals[scope.Name]} = new {imports.Of("StageDefinition")}(
                {Code.Text(scope.Name)},
                {Code.Text(stage.Property)},
                {scope.Record()},
                [{Code.Join(", ", stage.Axes.Select(a => locals[a.Path]))}],
                new {imports.Of(shape.Body)}({lambda} => {Code.Name(scope.Method)}({first}{values}run.Seed, run)){watch}){excluded};
            """
        );
    }

    void Axis(AxisModel axis)
    {
        var scope = scopes.SelectMany(g => g).First(s => s.Stage.Axes.Contains(axis));
        var type = imports.Of("AxisDefinition");
        Code path = Code.Text(axis.Path),
            orNone = axis.HasNone ? (Code)$".OrNone()" : default;
        (Code Function, Code Bounds) made = axis.Kind switch
        {
            AxisKind.Integer => ($"Integers", $", {Bound(axis.Minimum)}, {Bound(axis.Maximum)}"),
            AxisKind.Number => (
                $"Numbers",
                $", {Code.Number(axis.Minimum)}, {Code.Number(axis.Maximum)}, {Code.Flag(axis.ExclusiveMinimum)}"
            ),
            AxisKind.Text => ($"Texts", default),
            _ => ($"Choices", default),
        };
        code.Line($"var {locals[axis.Path]} = {type}.{made.Function}({path}{made.Bounds},");
        using (code.Indent())
        {
            code.Line($"[");
            using (code.Indent())
                foreach (object? value in axis.Values)
                    code.Line(
                        $"new {imports.Of("AxisValue")}({Code.Text(Text.Label(value))}, {scope.Record(value)}{Taken(axis, value, scope)}),"
                    );
            code.Line($"]){(axis.Kind is AxisKind.Integer or AxisKind.Number or AxisKind.Text ? orNone : default)};");
        }
    }

    /// <summary>What the generated method gets in place of a record: the function that it names, so that the loop tests nothing.</summary>
    static Code Taken(AxisModel axis, object? value, StageScope scope) =>
        axis.Kind switch
        {
            AxisKind.Objective => (Code)
                $", (z, labels) => {scope.Function(value!)}({Code.Join(", ", [$"z", $"labels", .. Options(value!, scope)])})",
            AxisKind.Pooling =>
                $", (hidden, prompts) => {scope.Function(value!)}({Code.Join(", ", [$"hidden", $"prompts", .. Options(value!, scope)])})",
            AxisKind.Preference => $", (policy, before, lengths) => {scope.Function(value!)}("
                + $"{Code.Join(", ", [$"policy", $"before", $"lengths", .. Options(value!, scope)])})",
            AxisKind.Source when value is OwnSource => $", {scope.Literal(value)}",
            _ => default,
        };

    static IEnumerable<Code> Options(object value, StageScope scope) =>
        SpecRecord.All(value).Where(o => o.Value is not null).Select(o => (Code)$"{StageScope.Argument(o.Name)}: {scope.Literal(o.Value)}");

    static Code Bound(double bound) =>
        double.IsPositiveInfinity(bound) ? $"int.MaxValue"
        : double.IsNegativeInfinity(bound) ? (Code)$"int.MinValue"
        : $"{(int)bound}";
}
