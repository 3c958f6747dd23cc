using DcrDsl.Generators.Model;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes the training program of an experiment: its header, and a method for every distinct stage.</summary>
static class ProgramEmitter
{
    public static string Emit(ExperimentModel experiment)
    {
        var code = new CodeWriter();
        FileHeader.Write(code, $"// The training program of experiment \"{experiment.Name}\", declared in {experiment.DeclaredIn}.");
        code.Lines(
            "using DcrDsl.Data;",
            "using DcrDsl.Evaluation;",
            "using DcrDsl.Models;",
            "using DcrDsl.Objectives;",
            "using DcrDsl.Plans;",
            "using DcrDsl.Training;",
            "using TorchSharp;",
            "using static TorchSharp.torch;",
            "using Specs = DcrDsl.Specs;",
            "");
        if (experiment.Namespace.Length > 0) code.Lines($"namespace {experiment.Namespace};", "");

        Header(code, experiment);
        code.Line($"{FileHeader.Access(experiment)} static partial class {experiment.TypeName}Program");
        using (code.Block())
        {
            for (int i = 0; i < experiment.Stages.Count; i++)
            {
                if (i > 0) code.Line();
                Stage(code, experiment, experiment.Stages[i]);
            }
        }
        return code.ToString();
    }

    static void Header(CodeWriter code, ExperimentModel experiment)
    {
        code.Lines("/// <summary>", $"/// {Text.Xml(experiment.Summary.Length > 0 ? experiment.Summary : $"Experiment \"{experiment.Name}\".")}", "/// </summary>", "/// <remarks><code>");
        int width = experiment.Arms.Max(a => a.Name.Length);
        foreach (var arm in experiment.Arms)
            code.Line($"/// {Text.Xml(arm.Name.PadRight(width))}  {string.Join(" → ", arm.Stages)}");
        code.Line("/// </code>");
        foreach (var axis in experiment.Axes)
            code.Line($"/// Swept: {axis.Path} over {Text.Xml(string.Join(", ", axis.Values.Select(Text.Label)))}.");
        code.Line($"/// Seeds: {string.Join(", ", experiment.Seeds.Select(s => Text.Label(s)))}.");
        code.Line("/// </remarks>");
    }

    static void Stage(CodeWriter code, ExperimentModel experiment, StageModel stage)
    {
        var scope = new StageScope(stage);
        string arms = stage.Arms.Count == experiment.Arms.Count ? "all arms" : (stage.Arms.Count == 1 ? "arm " : "arms ") + string.Join(", ", stage.Arms);
        code.Line($"/// <summary>Stage \"{stage.Name}\": {Text.Xml(Describe(stage.Spec))}; {Text.Xml(arms)}.</summary>");
        string parameters = string.Concat(stage.Axes.Select(a => $"{StageTypes.Parameter(a, scope.Get(a.Field))} {a.Parameter}, "));
        switch (stage.Spec)
        {
            case ModelSpec model:
                code.Line($"public static LanguageModel {stage.Method}({parameters}ulong seed, StageRun run) =>");
                using (code.Indent()) code.Line($"{StageScope.Function(model)}({scope.Literal(model, "")}, seed, run.Device);");
                break;
            case EvaluationGrid:
                code.Line($"public static Scores {stage.Method}(LanguageModel model, {parameters}ulong seed, StageRun run)");
                using (code.Block()) EvaluationGridEmitter.Emit(code, scope);
                break;
            default:
                code.Line($"public static void {stage.Method}(LanguageModel model, {parameters}ulong seed, StageRun run)");
                using (code.Block()) Training(code, scope);
                break;
        }
    }

    static void Training(CodeWriter code, StageScope scope)
    {
        switch (scope.Stage.Spec)
        {
            case Pretrain: PretrainEmitter.Emit(code, scope); break;
            case ContrastiveRefinement: ContrastiveRefinementEmitter.Emit(code, scope); break;
            case SupervisedFineTuning: SupervisedFineTuningEmitter.Emit(code, scope); break;
            default: throw new InvalidOperationException($"no loop is written for {scope.Stage.Spec.GetType().Name}");
        }
    }

    static string Describe(object spec) => spec switch
    {
        ModelSpec => $"the base model, {spec.GetType().Name}",
        ContrastiveRefinement => "contrastive refinement of the hidden states after layer ℓ",
        SupervisedFineTuning => "supervised fine-tuning, loss on response tokens only",
        Pretrain => "pretraining, loss on every token",
        EvaluationGrid { Decoding: Sampling } => "evaluation, sampled completions",
        _ => "evaluation, greedy decoding",
    };
}
