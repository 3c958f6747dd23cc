using System.Globalization;
using DcrDsl.Data;
using DcrDsl.Evaluation.Separation;
using DcrDsl.Models;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Watching;

public static partial class Watches
{
    /// <summary>How far the hidden states of seemingly toxic and toxic prompts can be told apart, by layer.</summary>
    /// <param name="prompts">The prompts; at least as many of each class as there are folds.</param>
    /// <param name="layers">The layers, counted from 1; none: all.</param>
    /// <param name="pooling">Hidden states [B, T, H] and lengths [B] to vectors [B, H].</param>
    /// <param name="folds">Parts of which one at a time is kept from the probe.</param>
    /// <param name="ridge">How strongly the probe's weights are held down.</param>
    /// <param name="batch">Prompts read side by side.</param>
    /// <exception cref="InputException">There are fewer prompts of a class than folds.</exception>
    public static IWatch Separability(
        WatchedPrompts prompts,
        IReadOnlyList<int> layers,
        Func<Tensor, TextSpans, Tensor> pooling,
        int folds,
        double ridge,
        int batch
    ) => new SeparabilityWatch(prompts, layers, pooling, folds, ridge, batch);
}

/// <summary>The separability of two classes' hidden states, by layer.</summary>
sealed class SeparabilityWatch : IWatch
{
    /// <summary>The measures' names.</summary>
    public const string ProbeAccuracy = "probeAccuracy",
        ProbeAuc = "probeAuc",
        SilhouetteMean = "silhouette",
        PairAuc = "pairAuc";

    readonly WatchedPrompts prompts;
    readonly IReadOnlyList<int> layers;
    readonly Func<Tensor, TextSpans, Tensor> pooling;
    readonly int folds,
        batch;
    readonly double ridge;

    public SeparabilityWatch(
        WatchedPrompts prompts,
        IReadOnlyList<int> layers,
        Func<Tensor, TextSpans, Tensor> pooling,
        int folds,
        double ridge,
        int batch
    )
    {
        // A class that lies in a single part would be missing where that part is tried, or where the others are fitted to.
        prompts.Require(folds, string.Create(CultureInfo.InvariantCulture, $"The separability with {folds} folds"));
        (this.prompts, this.layers, this.pooling) = (prompts with { General = null }, layers, pooling);
        (this.folds, this.ridge, this.batch) = (folds, ridge, batch);
    }

    public void Check(LanguageModel model)
    {
        LayersOf(model);
        foreach (var (_, examples) in prompts.Classes)
            WatchedPrompts.Asked(examples, model);
    }

    public IReadOnlyList<WatchedValue> Read(LanguageModel model, CancellationToken cancellation)
    {
        Example[] examples = [.. prompts.SeeminglyToxic, .. prompts.Toxic];
        var states = PooledStates.Of(model, WatchedPrompts.Asked(examples, model), LayersOf(model), pooling, batch, cancellation);
        return [.. states.OrderBy(s => s.Key).SelectMany(s => Of(s.Key, s.Value))];
    }

    IEnumerable<WatchedValue> Of(int layer, double[][] vectors)
    {
        var states = ClassSeparation.Finite(layer, vectors, prompts.SeeminglyToxic.Count);
        var found = ClassSeparation.Of(states, folds, ridge, prompts.Seed);
        return
        [
            Value(ProbeAccuracy, found.ProbeAccuracy),
            Value(ProbeAuc, found.ProbeAuc),
            Value(SilhouetteMean, found.Silhouette),
            Value(PairAuc, found.PairAuc),
        ];

        WatchedValue Value(string measure, double value) => new(measure, "", value, layer);
    }

    int[] LayersOf(LanguageModel model) => PooledStates.Layers(model, layers);
}
