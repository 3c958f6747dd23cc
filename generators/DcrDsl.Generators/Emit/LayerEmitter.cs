using DcrDsl.Generators.Model;
using DcrDsl.Generators.Values;
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
        if (layers.Count == 0)
            return;
        code.Line($"Depths = [{Code.Join(", ", experiment.Stages.SelectMany(Depth))}],");
        code.Line($"Layers = [{Code.Join(", ", layers)}],");
    }

    static IEnumerable<Code> Layers(StageModel stage)
    {
        if (stage.Spec is ContrastiveRefinement refinement)
        {
            bool swept = stage.Axes.Any(a => a.Field == nameof(ContrastiveRefinement.Layer));
            yield return Choice(stage, nameof(ContrastiveRefinement.Layer), swept ? $"null" : (Code)$"{refinement.Layer}");
        }
        foreach (int layer in SpecRecord.Within<LowRankAdapter>(stage.Spec).SelectMany(a => a.Layers ?? ValueList<int>.Empty).Distinct())
            yield return Choice(stage, $"{nameof(SupervisedFineTuning.Adapter)}.{nameof(LowRankAdapter.Layers)}", $"{layer}");
    }

    static Code Choice(StageModel stage, string field, Code layer) =>
        $"new({Code.Text(stage.Name)}, {Code.Text($"{stage.Property}.{field}")}, {layer})";

    static IEnumerable<Code> Depth(StageModel stage)
    {
        if (stage.Spec is HuggingFace opened)
            yield return Of(nameof(HuggingFace.Path), $"null", Code.Text(opened.Path));
        else if (stage.Spec is ModelSpec { Depth: { } depth })
            yield return Of(nameof(ToyLlama.Layers), $"{depth}", $"null");

        Code Of(string field, Code layers, Code directory) =>
            $"new({Code.Text(stage.Name)}, {Code.Text($"{stage.Property}.{field}")}, {layers}, {directory})";
    }
}
