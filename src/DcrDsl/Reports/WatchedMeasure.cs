using DcrDsl.Evaluation.Watching;

namespace DcrDsl.Reports;

/// <summary>How a report speaks of what was read along a stage. A measure without a row goes by its own name.</summary>
/// <param name="Name">The measure, for people.</param>
/// <param name="Factor">What its values are multiplied with.</param>
/// <param name="Digits">Digits behind the point.</param>
/// <param name="Low">Where its axis begins unless values are lower; null: as the values need.</param>
/// <param name="High">Where its axis ends; null: as the values need.</param>
sealed record WatchedMeasure(string Name, double Factor = 1, int Digits = 3, double? Low = null, double? High = null)
{
    static readonly IReadOnlyDictionary<string, WatchedMeasure> Known = new Dictionary<string, WatchedMeasure>
    {
        [CouplingWatch.CrossOverWithin] = new("coupling across over within", Low: 0),
        [RefusalWatch.Measure] = new("refusal probability, %", Factor: 100, Digits: 1, Low: 0, High: 100),
        [SeparabilityWatch.ProbeAccuracy] = new("accuracy of a linear probe, %", Factor: 100, Digits: 1, Low: 50, High: 100),
        [SeparabilityWatch.ProbeAuc] = new("AUC of a linear probe", Low: 0.5, High: 1),
        [SeparabilityWatch.SilhouetteMean] = new("silhouette (cosine)", Low: 0, High: 1),
        [SeparabilityWatch.PairAuc] = new("AUC of similarity within classes against across", Low: 0.5, High: 1),
    };

    public static WatchedMeasure Of(string measure) => Known.GetValueOrDefault(measure) ?? new WatchedMeasure(measure);

    /// <summary>The lower end of an axis on which these values are to be seen.</summary>
    public double? From(IEnumerable<double> values) => Low is { } low ? values.Where(double.IsFinite).Append(low).Min() : null;
}
