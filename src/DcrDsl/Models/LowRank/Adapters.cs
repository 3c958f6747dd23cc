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
        LoraInitialisation initialisation = LoraInitialisation.Uniform
    )
    {
        int depth = model.Decoder.Config.Layers;
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
            return model.Adapt(options, seed, purpose, frozen);
        }
        catch (InputException mistake)
        {
            throw new InputException($"{purpose}: the adapter does not fit the model: {mistake.Message}", mistake);
        }
    }
}
