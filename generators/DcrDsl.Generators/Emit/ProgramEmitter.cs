using DcrDsl.Generators.Model;
using DcrDsl.Generators.Values;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes the training program of an experiment: its header, a method for every arm, and one for every distinct stage.</summary>
sealed class ProgramEmitter
{
    readonly CodeWriter code = new();
    readonly ExperimentModel experiment;
    readonly Imports imports;
    readonly ILookup<string, StageScope> scopes;

    ProgramEmitter(ExperimentModel experiment, Surroundings surroundings)
    {
        (this.experiment, imports) = (experiment, new Imports(surroundings));
        scopes = experiment
            .Stages.SelectMany(s => StageEmitter.For(s.Spec).Methods.Select(m => new StageScope(s, m, imports)))
            .ToLookup(s => s.Stage.Name);
    }

    public static string Emit(ExperimentModel experiment, Surroundings surroundings) => new ProgramEmitter(experiment, surroundings).Emit();

    string Emit()
    {
        Header();
        code.Line($"{FileHeader.Access(experiment)} static partial class {Code.Name(experiment.ProgramType)}");
        using (code.Block())
        {
            var names = new Names(ReservedNames.OfProgram.Concat(scopes.SelectMany(g => g).SelectMany(MethodsOf)));
            foreach (var arm in experiment.Arms)
            {
                Arm(arm, Code.Name(names.Take(arm.Member + "Arm")));
                code.Line();
            }
            foreach (var scope in experiment.Stages.SelectMany(s => scopes[s.Name]))
            {
                if (scope.Name != experiment.Stages[0].Name)
                    code.Line();
                Stage(scope);
                if (WatchEmitter.MethodOf(scope) is not null)
                {
                    code.Line();
                    WatchEmitter.Write(code, scope);
                }
            }
        }
        return FileHeader.Before(
            code,
            imports,
            $"The training program of experiment \"{Code.Comment(experiment.Name)}\", declared in {Code.Comment(experiment.DeclaredIn)}."
        );
    }

    static IEnumerable<string> MethodsOf(StageScope scope) =>
        WatchEmitter.MethodOf(scope) is { } watch ? [scope.Method, watch] : [scope.Method];

    void Header()
    {
        code.Lines(
            $"/// <summary>",
            $"/// {Code.Doc(experiment.Summary.Length > 0 ? experiment.Summary : $"Experiment \"{experiment.Name}\".")}",
            $"/// </summary>",
            $"/// <remarks><code>"
        );
        int width = experiment.Arms.Max(a => a.Name.Length);
        foreach (var arm in experiment.Arms)
            code.Line($"/// {Code.Doc(arm.Name.PadRight(width))}  {Code.Doc(string.Join(" → ", arm.Stages))}");
        code.Line($"/// </code>");
        foreach (var axis in experiment.Axes)
            code.Line($"/// Swept: {Code.Doc(axis.Path)} over {Code.Doc(string.Join(", ", axis.Values.Select(Text.Label)))}.");
        code.Lines(
            $"/// Seeds: {Code.Doc(string.Join(", ", experiment.Seeds.Select(s => Text.Label(s))))}.",
            $"/// <para>",
            $"/// It does: run each arm's stages in order for one seed, in float32 (or as the run says) on one device. What is random is a",
            $"/// function of (seed, purpose, step), so runs can be repeated, and stages that arms share give the same model in each.",
            $"/// </para><para>",
            $"/// It does not: use several devices, download anything, or write files.",
            $"/// </para></remarks>"
        );
    }

    /// <summary>The arm's stages one after the other: what the executor runs as a graph, where arms share stages.</summary>
    void Arm(ArmModel arm, Code method)
    {
        var stages = arm.Stages.SelectMany(s => scopes[s]).ToList();
        var names = new Names(["run", "seed", "scope", "model", "answers"]);
        var axes = stages.SelectMany(s => s.Stage.Axes.Select(a => (Scope: s, Axis: a))).GroupBy(a => a.Axis.Path).ToList();
        var parameters = axes.ToDictionary(
            a => a.Key,
            a => Code.Name(names.Take(a.First().Axis.Parameter, Text.Pascal(a.First().Axis.Property)))
        );
        var signature = Code.Join("", axes.Select(a => (Code)$"{a.First().Scope.ParameterType(a.First().Axis)} {parameters[a.Key]}, "));
        Code about = arm.Summary.Length > 0 ? $": {Code.Doc(arm.Summary.TrimEnd('.'))}" : default(Code);
        code.Lines(
            $"/// <summary>Arm \"{Code.Doc(arm.Name)}\"{about}.</summary>",
            $"public static {imports.Of("Scores")} {method}({signature}ulong seed, {imports.Of("ArmRun")} run)"
        );
        using (code.Block())
        {
            code.Line($"using var scope = {imports.Of("NewDisposeScope")}();");
            foreach (var stage in stages)
            {
                var shape = stage.Kind.Shape;
                var values = Code.Join("", stage.Stage.Axes.Select(a => (Code)$"{parameters[a.Path]}, "));
                Code given = shape.Parameter is { } parameter ? $"{Code.Name(parameter.Name)}, " : default(Code),
                    call = $"{Code.Name(stage.Method)}({given}{values}seed, run.Stage({Code.Text(stage.Name)}, seed))";
                code.Line(stage == stages[stages.Count - 1] ? $"return {call};" : shape.Statement(call));
                if (shape.LeavesModel && stages.SkipWhile(s => s != stage).Skip(1).Any(s => Looks(s, stage.Stage.Property)))
                    code.Line(
                        $"using var {Code.Name(names.Take(Text.Parameter("after" + stage.Stage.Property), ""))} = "
                            + $"run.Keep({Code.Text(stage.Stage.Property)}, model);"
                    );
            }
        }
    }

    /// <summary>Whether a stage looks at the model that an earlier one has left.</summary>
    static bool Looks(StageScope stage, string property) =>
        EarlierStages.Of(stage.Stage.Spec).Any(e => e.Stage == property)
        || stage.Stage.Axes.Any(a => EarlierStages.IsNamedBy(stage.Stage.Spec, a.Field) && a.Values.Contains(property));

    void Stage(StageScope scope)
    {
        var stage = scope.Stage;
        string arms =
            stage.Arms.Count == experiment.Arms.Count
                ? "all arms"
                : (stage.Arms.Count == 1 ? "arm " : "arms ") + string.Join(", ", stage.Arms);
        code.Line($"/// <summary>Stage \"{Code.Doc(scope.Name)}\": {Described(scope)}; {Code.Doc(arms)}.</summary>");
        Code given = scope.Kind.Shape.Parameter is { } parameter
                ? $"{imports.Of(parameter.Type)} {Code.Name(parameter.Name)}, "
                : default(Code),
            returns = scope.Kind.Shape.Returns is { } result ? imports.Of(result) : $"void";
        code.Line(
            $"public static {returns} {Code.Name(scope.Method)}({given}{scope.Parameters()}ulong seed, {imports.Of("StageRun")} run)"
        );
        using (code.Block())
            scope.Kind.Write(code, scope);
    }

    /// <summary>What the stage does; of a variant, how it differs from the first stage of its property.</summary>
    Code Described(StageScope scope)
    {
        var stage = scope.Stage;
        var first = experiment.Stages.First(s => s.Property == stage.Property);
        Code what = scope.Kind.Describe(stage.Spec);
        if (first.Name == stage.Name || first.Spec.GetType() != stage.Spec.GetType())
            return what;
        string differs = string.Join(", ", SpecDifference.Between(first.Spec, stage.Spec));
        return differs.Length == 0
            ? (Code)$"{what}, as \"{Code.Doc(first.Name)}\" but for the prompts it shares with none"
            : $"{what}, as \"{Code.Doc(first.Name)}\" but {Code.Doc(differs)}";
    }
}
