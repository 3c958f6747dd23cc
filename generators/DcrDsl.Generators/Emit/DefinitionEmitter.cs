using DcrDsl.Generators.Model;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// Writes what the runtime needs to plan and run an experiment: its arms, axes and seeds, and delegates to the generated methods.
/// </summary>
sealed class DefinitionEmitter
{
    readonly CodeWriter code = new();
    readonly ExperimentModel experiment;
    readonly Imports imports;
    readonly Dictionary<string, Code> locals = [];

    DefinitionEmitter(ExperimentModel experiment, Surroundings surroundings)
    {
        (this.experiment, imports) = (experiment, new Imports(surroundings));
        var names = new Names([]);
        foreach (var stage in experiment.Stages)
            locals[stage.Name] = Code.Name(names.Take(Text.Parameter(stage.Name) + "Stage"));
    }

    public static string Emit(ExperimentModel experiment, string program, Surroundings surroundings) =>
        new DefinitionEmitter(experiment, surroundings).Emit(program);

    string Emit(string program)
    {
        Code name = Code.Doc(experiment.Name),
            type = imports.Of("ExperimentDefinition");
        code.Line($"partial class {Code.Name(experiment.ProgramType)}");
        using (code.Block())
        {
            code.Line($"/// <summary>Experiment \"{name}\" as the command line runs it.</summary>");
            code.Line($"public static {type} Definition {{ get; }} = Define();");
            code.Line();
            code.Line($"static {type} Define()");
            using (code.Block())
                Define(type);
            code.Line();
            code.Constant("Spec", SpecText.Emit(experiment));
            code.Line();
            code.Constant("Source", program);
        }
        return FileHeader.Before(
            code,
            imports,
            $"What can be run of experiment \"{Code.Comment(experiment.Name)}\", and the text of its program for the command line to show."
        );
    }

    void Define(Code type)
    {
        foreach (var stage in experiment.Stages)
            Stage(stage);
        code.Line();
        code.Line($"return new {type}");
        using (code.Block(semicolon: true))
        {
            code.Lines(
                $"Name = {Code.Text(experiment.Name)},",
                $"Summary = {Code.Text(experiment.Summary)},",
                $"DeclaredIn = {Code.Text(experiment.DeclaredIn)},",
                $"Spec = Spec,",
                $"Source = Source,",
                $"Arms =",
                $"["
            );
            using (code.Indent())
                foreach (var arm in experiment.Arms)
                    code.Line(
                        $"new {imports.Of("ArmDefinition")}({Code.Text(arm.Name)}, {Code.Text(arm.Member)}, {Code.Text(arm.Summary)}, "
                            + $"[{Code.Join(", ", arm.Stages.Select(s => locals[s]))}]),"
                    );
            code.Line($"],");
            if (experiment.Axes.Count > 0)
                Axes();
            if (experiment.Zips.Count > 0)
                code.Line($"Zips = [{Code.Join(", ", experiment.Zips.Select(z => (Code)$"[{Code.Texts(z)}]"))}],");
            if (experiment.Exclusions.Count > 0)
                code.Line($"Exclusions = [{Code.Join(", ", experiment.Exclusions.Select(Exclusion))}],");
            Records<PromptFile>($"Files");
            Records<MultipleChoiceTask>($"ChoiceTasks");
            var names = PathNames.In(experiment).ToList();
            if (names.Count > 0)
                code.Line($"PathNames = [{Code.Texts(names)}],");
            LayerEmitter.Write(code, experiment);
            var grid = experiment.Stages.Select(s => s.Spec).OfType<EvaluationGrid>().First();
            code.Lines(
                $"Seeds = [{Code.Join(", ", experiment.Seeds.Select(s => (Code)$"{s}"))}],",
                $"Metrics = [{Code.Join(", ", experiment.Metrics.Select(m => Code.Member(imports.Spec(nameof(Metric)), m)))}],",
                $"MatchedDefence = {Code.Number(grid.MatchedDefence)},",
                $"ThreadsPerRun = {experiment.Stages.Select(s => s.Spec).OfType<ModelSpec>().Min(m => m.ThreadsPerRun)},"
            );
        }
    }

    void Records<T>(Code property)
        where T : notnull
    {
        var records = experiment.Stages.SelectMany(s => SpecRecord.Within<T>(s.Spec)).Distinct().ToList();
        var scope = new StageScope(experiment.Stages[0], imports);
        if (records.Count > 0)
            code.Line($"{property} = [{Code.Join(", ", records.Select(r => scope.Literal(r)))}],");
    }

    Code Exclusion(EquatableArray<(string Field, string Label)> combination) =>
        $"new {imports.Of("Dictionary")}<string, string> {{ "
        + $"{Code.Join(", ", combination.Select(c => (Code)$"[{Code.Text(c.Field)}] = {Code.Text(c.Label)}"))} }}";

    void Stage(StageModel stage)
    {
        var scope = new StageScope(stage, imports);
        Code values = Code.Join("", stage.Axes.Select(a => (Code)$"run.Value<{scope.ParameterType(a)}>({Code.Text(a.Path)}), ")),
            method = Code.Name(stage.Method);
        Code names = $"{Code.Text(stage.Name)}, {Code.Text(stage.Property)}",
            axes = $"[{Code.Texts(stage.Axes.Select(a => a.Path))}]";
        code.Line(
            stage.Spec switch
            {
                ModelSpec =>
                    $"var {locals[stage.Name]} = new {imports.Of("BaseStage")}({names}, {axes}, run => {method}({values}run.Seed, run));",
                EvaluationGrid => $"var {locals[stage.Name]} = new {imports.Of("EvaluationStage")}({names}, {axes}, (model, run) => "
                    + $"{Code.Name(stage.Judging)}({Code.Name(stage.Answering)}(model, {values}run.Seed, run), {values}run));",
                _ => $"var {locals[stage.Name]} = new {imports.Of("TrainedStage")}({names}, {Kind(stage.Spec)}, {axes}, (model, run) => "
                    + $"{method}(model, {values}run.Seed, run));",
            }
        );
    }

    void Axes()
    {
        var type = imports.Of("AxisDefinition");
        code.Lines($"Axes =", $"[");
        using (code.Indent())
            foreach (var axis in experiment.Axes)
            {
                var scope = new StageScope(experiment.Stages.First(s => s.Property == axis.Property && s.Axes.Contains(axis)), imports);
                Code path = Code.Text(axis.Path),
                    low = Bound(axis.Minimum),
                    high = Bound(axis.Maximum);
                Code values =
                    $"[{Code.Join(", ", axis.Values.Select(v => (Code)$"new {imports.Of("AxisValue")}({Code.Text(Text.Label(v))}, {Value(axis, v, scope)})"))}]";
                Code orNone = axis.HasNone ? (Code)$".OrNone()" : $"";
                code.Line(
                    axis.Kind switch
                    {
                        AxisKind.Integer => $"{type}.Integers({path}, {low}, {high}, {values}){orNone},",
                        AxisKind.Number => $"{type}.Numbers({path}, {Code.Number(axis.Minimum)}, {Code.Number(axis.Maximum)}, "
                            + $"{Code.Flag(axis.ExclusiveMinimum)}, {values}){orNone},",
                        AxisKind.Text => $"{type}.Texts({path}, {values}){orNone},",
                        _ => $"{type}.Choices({path}, {values}),",
                    }
                );
            }
        code.Line($"],");
    }

    /// <summary>
    /// A swept value as the generated method takes it: functions for objectives and pooling, so that the loop tests nothing.
    /// </summary>
    static Code Value(AxisModel axis, object? value, StageScope scope) =>
        axis.Kind switch
        {
            AxisKind.Objective => $"({scope.ParameterType(axis)})((z, labels) => "
                + $"{scope.Function(value!)}({Code.Join(", ", [$"z", $"labels", .. Options(value!, scope)])}))",
            AxisKind.Pooling => $"({scope.ParameterType(axis)})((hidden, lengths) => {scope.Function(value!)}(hidden, lengths))",
            _ => scope.Literal(value),
        };

    static IEnumerable<Code> Options(object value, StageScope scope) =>
        SpecRecord.All(value).Where(o => o.Value is not null).Select(o => (Code)$"{StageScope.Argument(o.Name)}: {scope.Literal(o.Value)}");

    static Code Bound(double bound) =>
        double.IsPositiveInfinity(bound) ? $"int.MaxValue"
        : double.IsNegativeInfinity(bound) ? (Code)$"int.MinValue"
        : $"{(int)bound}";

    static Code Kind(object spec) =>
        Code.Text(
            spec switch
            {
                Pretrain => "pretraining",
                ContrastiveRefinement => "contrastive refinement",
                _ => "supervised fine-tuning",
            }
        );
}
