using System.Globalization;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Models.LowRank;

/// <summary>The kinds of adapters that a training stage can attach.</summary>
public static class Adapters
{
    /// <summary>
    /// Attaches a new LoRA adapter to the model, whose own weights are frozen until it is merged; it is one of the
    /// model's <see cref="LanguageModel.Attachments"/>.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="purpose">What its random numbers are for: different for two adapters of one cell.</param>
    /// <param name="frozen">The number format of the frozen matrices.</param>
    /// <param name="rank">Rows of A and columns of B.</param>
    /// <param name="alpha">The numerator of s.</param>
    /// <param name="rankStabilised">Whether s is alpha / √rank instead of alpha / rank.</param>
    /// <param name="dropout">The share of the addition's inputs that training sets to 0.</param>
    /// <param name="weightDecomposed">Whether the length of each row of the weight is learnt apart from its direction (DoRA).</param>
    /// <param name="targets">The modules: see <see cref="LoraOptions.Targets"/>.</param>
    /// <param name="layers">Only the modules of these blocks, counted from 1; null: all.</param>
    /// <param name="targetPattern">The modules: see <see cref="LoraOptions.TargetPattern"/>; null: <paramref name="targets"/> says.</param>
    /// <param name="savedModules">Modules that are trained whole: see <see cref="LoraOptions.SavedModules"/>; null: none.</param>
    /// <param name="patterns">Ranks and alphas of some modules; null: all have those above.</param>
    /// <param name="initialisation">What A begins with.</param>
    /// <param name="throughLayer">
    /// The last block whose modules may be changed, for a stage that runs no further; where <paramref name="layers"/> and
    /// <paramref name="targetPattern"/> say nothing, blocks 1 … this one. Null: the whole model.
    /// </param>
    /// <exception cref="InputException">An option does not fit the model.</exception>
    public static LoraAdapter Lora(
        LanguageModel model,
        ulong seed,
        string purpose,
        FrozenFormat frozen,
        int rank,
        double alpha,
        bool rankStabilised,
        double dropout,
        bool weightDecomposed,
        IReadOnlyList<string> targets,
        IReadOnlyList<int>? layers = null,
        string? targetPattern = null,
        IReadOnlyList<string>? savedModules = null,
        IReadOnlyList<LoraPattern>? patterns = null,
        LoraInitialisation initialisation = LoraInitialisation.Uniform,
        int? throughLayer = null
    )
    {
        int depth = model.Decoder.Config.Layers;
        if (throughLayer is { } last && layers is null && targetPattern is null)
            layers = [.. Enumerable.Range(1, Math.Min(last, depth))];
        foreach (int layer in layers ?? [])
            if (layer < 1 || layer > depth)
                throw new InputException(
                    FormattableString.Invariant(
                        $"{purpose}: Adapter.Layers has {layer}, and the model has layers 1 to {depth}; name some of these."
                    )
                );
        var options = new LoraOptions
        {
            Rank = rank,
            Alpha = alpha,
            RankStabilised = rankStabilised,
            Dropout = dropout,
            WeightDecomposed = weightDecomposed,
            Targets = targets,
            TargetPattern = targetPattern,
            Layers = layers is null ? null : [.. layers.Select(l => l - 1)],
            RankPattern = [.. (patterns ?? []).Where(p => p.Rank is not null).Select(p => (p.Modules, p.Rank!.Value))],
            AlphaPattern = [.. (patterns ?? []).Where(p => p.Alpha is not null).Select(p => (p.Modules, p.Alpha!.Value))],
            SavedModules = savedModules ?? [],
            Initialisation = initialisation,
        };
        try
        {
            if (throughLayer is { } most)
                RequireThrough(most, LoraTargets.Of(options, model.Decoder));
            return model.Adapt(options, seed, purpose, frozen);
        }
        catch (InputException mistake)
        {
            throw new InputException($"{purpose}: the adapter does not fit the model: {mistake.Message}", mistake);
        }
    }

    static void RequireThrough(int layer, LoraTargets targets)
    {
        string? above = targets
            .LowRank.Select(t => t.Module)
            .Concat(targets.Saved)
            .FirstOrDefault(module => LoraTargets.Layer(module) is { } index ? index >= layer : module == "lm_head");
        if (above is not null)
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it names '{above}', and the stage trains nothing above layer {layer}; name modules of blocks 1 to {layer}, which "
                        + $"Hugging Face counts from 0, or leave Layers out."
                )
            );
    }
}
