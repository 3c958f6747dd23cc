using System.Text.Json.Serialization;

namespace DcrDsl.Evaluation.Discerning;

/// <summary>
/// Whether a refinement discerned: what was read off held-out prompts, and the loss beside the one that it has without discernment.
/// </summary>
/// <param name="Layer">ℓ, counted from 1.</param>
/// <param name="SeeminglyToxic">How many held-out prompts were seemingly toxic.</param>
/// <param name="Toxic">How many were toxic.</param>
/// <param name="Readings">What was read before the first step, along the way and after the last.</param>
/// <param name="GainLow">
/// Lower end of the 95 % interval of the growth of <see cref="DiscernmentReading.PairAuc"/> from the first reading to the last: a paired
/// bootstrap over prompts.
/// </param>
/// <param name="GainHigh">Its upper end.</param>
/// <param name="FirstLoss">The objective at the first step.</param>
/// <param name="LastLoss">The objective at the last step.</param>
/// <param name="LossWithout">The lowest value that the objective has where every two prompts of a batch are equally similar.</param>
public sealed record DiscernmentRecord(
    int Layer,
    int SeeminglyToxic,
    int Toxic,
    IReadOnlyList<DiscernmentReading> Readings,
    double GainLow,
    double GainHigh,
    double FirstLoss,
    double LastLoss,
    double LossWithout
)
{
    /// <summary>Where it ended before its last step; null: it made all of them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EarlyStop? Stopped { get; init; }

    /// <summary>The layers among which ℓ was chosen, in order; null: it was declared.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LayerCandidate>? Candidates { get; init; }

    /// <summary>
    /// Whether it discerned: held-out pairs are told apart better than before, by more than the choice of prompts makes of it, and the
    /// objective is below the value that it has without discernment.
    /// </summary>
    [JsonIgnore]
    public bool Discerned => AucRose && LossFell;

    /// <summary>Whether held-out pairs are told apart better than before.</summary>
    internal bool AucRose => GainLow > 0;

    /// <summary>Whether the objective is below the value that it has without discernment.</summary>
    internal bool LossFell => LastLoss < LossWithout;
}

/// <summary>How far held-out prompts could be told apart after layer ℓ at one moment.</summary>
/// <param name="Step">Steps made by then.</param>
/// <param name="PairAuc">The AUC of cosine similarity as a score for "of one class", over all pairs of two; ½: not at all.</param>
/// <param name="ProbeAuc">The AUC of a linear probe on prompts that it was not fitted to.</param>
/// <param name="ProbeAccuracy">Its accuracy, the mean of the two classes'.</param>
/// <param name="Silhouette">The mean silhouette under the cosine distance.</param>
public readonly record struct DiscernmentReading(int Step, double PairAuc, double ProbeAuc, double ProbeAccuracy, double Silhouette);

/// <summary>A refinement that ended before its last step.</summary>
/// <param name="Step">Steps made.</param>
/// <param name="Steps">Steps declared.</param>
/// <param name="Auc">The AUC of held-out pairs from which on they count as separated.</param>
public sealed record EarlyStop(int Step, int Steps, double Auc);

/// <summary>A layer that could have been ℓ, by the model before the refinement.</summary>
/// <param name="Layer">The layer, counted from 1.</param>
/// <param name="ProbeAuc">The AUC of a linear probe on held-out prompts, mean over folds.</param>
/// <param name="ProbeAucError">The standard error of that mean.</param>
/// <param name="PairAuc">The AUC of pairs.</param>
/// <param name="Silhouette">The mean silhouette under the cosine distance.</param>
public sealed record LayerCandidate(int Layer, double ProbeAuc, double ProbeAucError, double PairAuc, double Silhouette)
{
    /// <summary>The lowest of some layers whose probe is at most one standard error below the best.</summary>
    internal static LayerCandidate Chosen(IReadOnlyList<LayerCandidate> candidates)
    {
        var best = candidates.MaxBy(c => c.ProbeAuc)!;
        return candidates.OrderBy(c => c.Layer).First(c => c.ProbeAuc >= best.ProbeAuc - best.ProbeAucError);
    }
}
