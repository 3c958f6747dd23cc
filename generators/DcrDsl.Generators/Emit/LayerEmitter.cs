using DcrDsl.Generators.Model;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// Writes which layers the stages name and where the depth of the base model is known, so that a plan can hold the one against the other.
/// </summary>
static class LayerEmitter
{
    public static void Write(CodeWriter code, ExperimentModel experiment)
    {
        var layers = experiment.Stages.SelectMany(Layers).ToList();
        if (layers.Count == 0) return;
        code.Line($"Depths = [{string.Join(", ", experiment.Stages.SelectMany(Depth))}],");
        code.Line($"Layers = [{string.Join(", ", layers)}],");
    }

    static IEnumerable<string> Layers(StageModel stage)
    {
        if (stage.Spec is ContrastiveRefinement refinement)
        {
            bool swept = stage.Axes.Any(a => a.Field == nameof(ContrastiveRefinement.Layer));
            yield return Choice(stage, nameof(ContrastiveRefinement.Layer), swept ? "null" : Text.Label(refinement.Layer));
        }
        foreach (int layer in SpecRecord.Within<LowRankAdapter>(stage.Spec).SelectMany(a => a.Layers ?? ValueList<int>.Empty).Distinct())
            yield return Choice(stage, $"{nameof(SupervisedFineTuning.Adapter)}.{nameof(LowRankAdapter.Layers)}", Text.Label(layer));
    }

    static string Choice(StageModel stage, string field, string layer) =>
        $"new({Text.StringLiteral(stage.Name)}, {Text.StringLiteral($"{stage.Property}.{field}")}, {layer})";

    static IEnumerable<string> Depth(StageModel stage)
    {
        string Of(string field, string layers, string directory) =>
            $"new({Text.StringLiteral(stage.Name)}, {Text.StringLiteral($"{stage.Property}.{field}")}, {layers}, {directory})";

        if (stage.Spec is HuggingFace opened) yield return Of(nameof(HuggingFace.Path), "null", Text.StringLiteral(opened.Path));
        else if (stage.Spec is ModelSpec { Depth: { } depth }) yield return Of(nameof(ToyLlama.Layers), Text.Label(depth), "null");
    }
}
