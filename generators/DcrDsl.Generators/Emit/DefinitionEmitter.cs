using DcrDsl.Generators.Model;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes what the runtime needs to plan and run an experiment: its arms, axes and seeds, and delegates to the generated methods.</summary>
static class DefinitionEmitter
{
    public static string Emit(ExperimentModel experiment, string program)
    {
        var code = new CodeWriter();
        FileHeader.Write(code, $"// What can be run of experiment \"{experiment.Name}\", and the text of its program for the command line to show.");
        code.Lines("using DcrDsl.Evaluation;", "using DcrDsl.Objectives;", "using DcrDsl.Models;", "using DcrDsl.Plans;", "using static TorchSharp.torch;", "using Specs = DcrDsl.Specs;", "");
        if (experiment.Namespace.Length > 0) code.Lines($"namespace {experiment.Namespace};", "");

        code.Line($"partial class {experiment.TypeName}Program");
        using (code.Block())
        {
            code.Line($"/// <summary>Experiment \"{experiment.Name}\" as the command line runs it.</summary>");
            code.Line("public static ExperimentDefinition Definition { get; } = Define();");
            code.Line();
            code.Line("static ExperimentDefinition Define()");
            using (code.Block()) Define(code, experiment);
            code.Line();
            Constant(code, "Spec", SpecText.Emit(experiment));
            code.Line();
            Constant(code, "Source", program);
        }
        return code.ToString();
    }

    static void Define(CodeWriter code, ExperimentModel experiment)
    {
        foreach (var stage in experiment.Stages) Stage(code, stage);
        code.Line();
        code.Line("return new ExperimentDefinition");
        using (code.Block(";"))
        {
            code.Lines(
                $"Name = {Text.StringLiteral(experiment.Name)},",
                $"Summary = {Text.StringLiteral(experiment.Summary)},",
                $"DeclaredIn = {Text.StringLiteral(experiment.DeclaredIn)},",
                "Spec = Spec,",
                "Source = Source,",
                "Arms =",
                "[");
            using (code.Indent())
                foreach (var arm in experiment.Arms)
                    code.Line($"new ArmDefinition({Text.StringLiteral(arm.Name)}, {Text.StringLiteral(arm.Member)}, {Text.StringLiteral(arm.Summary)}, [{string.Join(", ", arm.Stages.Select(Local))}]),");
            code.Line("],");
            if (experiment.Axes.Count > 0) Axes(code, experiment);
            if (experiment.Zips.Count > 0)
                code.Line($"Zips = [{string.Join(", ", experiment.Zips.Select(z => "[" + Strings(z) + "]"))}],");
            if (experiment.Exclusions.Count > 0)
                code.Line($"Exclusions = [{string.Join(", ", experiment.Exclusions.Select(e => "new Dictionary<string, string> { " + string.Join(", ", e.Select(c => $"[{Text.StringLiteral(c.Field)}] = {Text.StringLiteral(c.Label)}")) + " }"))}],");
            var files = experiment.Stages.SelectMany(s => SpecRecord.Within<PromptFile>(s.Spec)).Distinct().ToList();
            if (files.Count > 0) code.Line($"Files = [{string.Join(", ", files.Select(f => new StageScope(experiment.Stages[0]).Literal(f)))}],");
            var choiceTasks = experiment.Stages.SelectMany(s => SpecRecord.Within<MultipleChoiceTask>(s.Spec)).Distinct().ToList();
            if (choiceTasks.Count > 0) code.Line($"ChoiceTasks = [{string.Join(", ", choiceTasks.Select(t => new StageScope(experiment.Stages[0]).Literal(t)))}],");
            var names = PathNames.In(experiment).ToList();
            if (names.Count > 0) code.Line($"PathNames = [{Strings(names)}],");
            var grid = experiment.Stages.Select(s => s.Spec).OfType<EvaluationGrid>().First();
            code.Lines(
                $"Seeds = [{string.Join(", ", experiment.Seeds.Select(s => Text.Label(s)))}],",
                $"Metrics = [{string.Join(", ", experiment.Metrics.Select(m => $"Specs.Metric.{m}"))}],",
                $"MatchedDefence = {Text.DoubleLiteral(grid.MatchedDefence)},",
                $"ThreadsPerRun = {Text.Label(experiment.Stages.Select(s => s.Spec).OfType<ModelSpec>().Min(m => m.ThreadsPerRun))},");
        }
    }

    static void Stage(CodeWriter code, StageModel stage)
    {
        var scope = new StageScope(stage);
        string values = string.Concat(stage.Axes.Select(a => $"run.Value<{StageTypes.Parameter(a, scope.Get(a.Field))}>({Text.StringLiteral(a.Path)}), "));
        string names = $"{Text.StringLiteral(stage.Name)}, {Text.StringLiteral(stage.Property)}";
        string axes = $"[{Strings(stage.Axes.Select(a => a.Path))}]";
        string local = Local(stage.Name);
        code.Line(stage.Spec switch
        {
            ModelSpec => $"var {local} = new BaseStage({names}, {axes}, run => {stage.Method}({values}run.Seed, run));",
            EvaluationGrid => $"var {local} = new EvaluationStage({names}, {axes}, (model, run) => {stage.Method}(model, {values}run.Seed, run));",
            _ => $"var {local} = new TrainedStage({names}, \"{Kind(stage.Spec)}\", {axes}, (model, run) => {stage.Method}(model, {values}run.Seed, run));",
        });
    }

    static void Axes(CodeWriter code, ExperimentModel experiment)
    {
        code.Lines("Axes =", "[");
        using (code.Indent())
            foreach (var axis in experiment.Axes)
            {
                var stage = experiment.Stages.First(s => s.Property == axis.Property && s.Axes.Contains(axis));
                string path = Text.StringLiteral(axis.Path);
                string values = "[" + string.Join(", ", axis.Values.Select(v => $"new AxisValue({Text.StringLiteral(Text.Label(v))}, {Value(axis, v, stage)})")) + "]";
                string orNone = axis.HasNone ? ".OrNone()" : "";
                code.Line(axis.Kind switch
                {
                    AxisKind.Integer => $"AxisDefinition.Integers({path}, {Bound(axis.Minimum)}, {Bound(axis.Maximum)}, {values}){orNone},",
                    AxisKind.Number => $"AxisDefinition.Numbers({path}, {Text.DoubleLiteral(axis.Minimum)}, {Text.DoubleLiteral(axis.Maximum)}, {(axis.ExclusiveMinimum ? "true" : "false")}, {values}){orNone},",
                    AxisKind.Text => $"AxisDefinition.Texts({path}, {values}){orNone},",
                    _ => $"AxisDefinition.Choices({path}, {values}),",
                });
            }
        code.Line("],");
    }

    /// <summary>A swept value as the generated method takes it: functions for objectives and pooling, so that the loop tests nothing.</summary>
    static string Value(AxisModel axis, object? value, StageModel stage)
    {
        var scope = new StageScope(stage);
        return axis.Kind switch
        {
            AxisKind.Objective => $"(Func<Tensor, Tensor, Tensor>)((z, labels) => {StageScope.Function(value!)}({string.Join(", ", new[] { "z", "labels" }.Concat(SpecRecord.All(value!).Select(o => $"{Text.Parameter(o.Name)}: {scope.Literal(o.Value)}")))}))",
            AxisKind.Pooling => $"(Func<Tensor, Tensor, Tensor>)((hidden, lengths) => {StageScope.Function(value!)}(hidden, lengths))",
            _ => scope.Literal(value),
        };
    }

    static string Local(string stage) => char.ToLowerInvariant(stage[0]) + stage.Substring(1) + "Stage";

    static string Bound(double bound) => double.IsPositiveInfinity(bound) ? "int.MaxValue" : double.IsNegativeInfinity(bound) ? "int.MinValue" : Text.Label((int)bound);

    static string Kind(object spec) => spec switch
    {
        Pretrain => "pretraining",
        ContrastiveRefinement => "contrastive refinement",
        _ => "supervised fine-tuning",
    };

    static string Strings(IEnumerable<string> texts) => string.Join(", ", texts.Select(Text.StringLiteral));

    /// <summary>A text as a raw string literal, fenced by more quotes than it holds in a row.</summary>
    static void Constant(CodeWriter code, string name, string text)
    {
        int longest = 0, current = 0;
        foreach (char c in text) longest = Math.Max(longest, current = c == '"' ? current + 1 : 0);
        string fence = new('"', Math.Max(3, longest + 1));
        code.Line($"const string {name} = {fence}");
        foreach (string line in text.TrimEnd('\n').Split('\n')) code.Unbroken(line);
        code.Line($"{fence};");
    }
}
