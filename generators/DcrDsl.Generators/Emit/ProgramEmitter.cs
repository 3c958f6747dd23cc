using DcrDsl.Generators.Model;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes the training program of an experiment: its header, and a method for every distinct stage.</summary>
static class ProgramEmitter
{
    public static string Emit(ExperimentModel experiment, Surroundings surroundings)
    {
        var code = new CodeWriter();
        var imports = new Imports(surroundings);
        Header(code, experiment);
        code.Line($"{FileHeader.Access(experiment)} static partial class {Code.Name(experiment.ProgramType)}");
        using (code.Block())
        {
            for (int i = 0; i < experiment.Stages.Count; i++)
            {
                if (i > 0)
                    code.Line();
                Stage(code, experiment, new StageScope(experiment.Stages[i], imports));
            }
        }
        return FileHeader.Before(
            code,
            imports,
            $"The training program of experiment \"{Code.Comment(experiment.Name)}\", declared in {Code.Comment(experiment.DeclaredIn)}."
        );
    }

    static void Header(CodeWriter code, ExperimentModel experiment)
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
        code.Line($"/// Seeds: {Code.Doc(string.Join(", ", experiment.Seeds.Select(s => Text.Label(s))))}.");
        code.Line($"/// </remarks>");
    }

    static void Stage(CodeWriter code, ExperimentModel experiment, StageScope scope)
    {
        var stage = scope.Stage;
        string arms =
            stage.Arms.Count == experiment.Arms.Count
                ? "all arms"
                : (stage.Arms.Count == 1 ? "arm " : "arms ") + string.Join(", ", stage.Arms);
        if (stage.Spec is EvaluationGrid)
        {
            EvaluationGridEmitter.Emit(code, scope, Code.Doc(arms));
            return;
        }
        code.Line($"/// <summary>Stage \"{Code.Doc(stage.Name)}\": {Describe(stage.Spec)}; {Code.Doc(arms)}.</summary>");
        Code method = Code.Name(stage.Method),
            model = scope.Type("LanguageModel"),
            rest = $"{scope.Parameters()}ulong seed, {scope.Type("StageRun")} run";
        switch (stage.Spec)
        {
            case ModelSpec spec:
                code.Line($"public static {model} {method}({rest}) =>");
                using (code.Indent())
                    code.Line($"{scope.Function(spec)}({scope.Literal(spec, "")}, seed, run.Device);");
                break;
            default:
                code.Line($"public static void {method}({model} model, {rest})");
                using (code.Block())
                    Training(code, scope);
                break;
        }
    }

    static void Training(CodeWriter code, StageScope scope)
    {
        switch (scope.Stage.Spec)
        {
            case Pretrain:
                PretrainEmitter.Emit(code, scope);
                break;
            case ContrastiveRefinement:
                ContrastiveRefinementEmitter.Emit(code, scope);
                break;
            case SupervisedFineTuning:
                SupervisedFineTuningEmitter.Emit(code, scope);
                break;
            default:
                throw new InvalidOperationException($"no loop is written for {scope.Stage.Spec.GetType().Name}");
        }
    }

    static Code Describe(object spec) =>
        spec switch
        {
            ModelSpec => $"the base model, {Code.Doc(spec.GetType().Name)}",
            ContrastiveRefinement => $"contrastive refinement of the hidden states after layer ℓ",
            SupervisedFineTuning => $"supervised fine-tuning, loss on response tokens only",
            _ => $"pretraining, loss on every token",
        };
}
