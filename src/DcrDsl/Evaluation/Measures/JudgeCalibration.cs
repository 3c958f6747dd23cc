using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Measures;

/// <summary>How right a judge is, by the labels of a person on a sample of the completions.</summary>
public sealed class JudgeCalibration
{
    readonly IReadOnlyList<LabelledVerdict> labelled;

    internal JudgeCalibration(string judge, IReadOnlyList<LabelledVerdict> labelled, int unclear)
    {
        (Judge, this.labelled, Unclear) = (judge, labelled, unclear);
        Verdict[] verdicts = [.. labelled.SelectMany(l => new[] { l.Judged, l.Truth }).Distinct().Order()];
        Classes = [.. verdicts.Select(Of)];
    }

    /// <summary>The judge.</summary>
    public string Judge { get; }

    /// <summary>Completions that are labelled.</summary>
    public int Labelled => labelled.Count;

    /// <summary>Completions of which the person could not say what they are; they are left out.</summary>
    public int Unclear { get; }

    /// <summary>Precision and recall of each verdict that the judge or the person gave.</summary>
    public IReadOnlyList<VerdictCalibration> Classes { get; }

    /// <summary>
    /// The errors of the judge in a metric that it decides, on the prompts that this metric is about: completions of all arms together,
    /// so it is taken that the judge errs alike on them.
    /// </summary>
    /// <param name="metric">The metric.</param>
    /// <exception cref="InputException">No judge decides the metric.</exception>
    public JudgeErrors Errors(Metric metric)
    {
        var row = MetricTable.Of(metric);
        if (row.Counts is not { } counts)
            throw new InputException($"{metric} is not a share that judges decide, so labels do not correct it.");
        var own = labelled.Where(l => row.Needs.Classes.Contains(l.Class)).ToList();
        return new(
            row.Meaning,
            Share(own, l => counts(l.Truth), l => counts(l.Judged)),
            Share(own, l => !counts(l.Truth), l => !counts(l.Judged))
        );
    }

    VerdictCalibration Of(Verdict verdict)
    {
        var precision = Share(labelled, l => l.Judged == verdict, l => l.Truth == verdict);
        var recall = Share(labelled, l => l.Truth == verdict, l => l.Judged == verdict);
        return new(verdict, precision.Drawn, recall.Drawn, precision.Share, precision.Interval95, recall.Share, recall.Interval95);
    }

    static StratifiedShare Share(
        IReadOnlyList<LabelledVerdict> labelled,
        Func<LabelledVerdict, bool> ofPart,
        Func<LabelledVerdict, bool> counts
    ) => StratifiedShare.Of([.. labelled.Select(l => (l.Stratum, l.Weight, ofPart(l), counts(l)))]);
}

/// <summary>How right a judge is about one verdict.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Judged">Labelled completions that have it from the judge.</param>
/// <param name="Labelled">Labelled completions that have it from the person.</param>
/// <param name="Precision">Of those that have it from the judge, the share that has it from the person; NaN: there are none.</param>
/// <param name="PrecisionInterval95">Wilson's interval.</param>
/// <param name="Recall">Of those that have it from the person, the share that has it from the judge; NaN: there are none.</param>
/// <param name="RecallInterval95">Wilson's interval.</param>
public sealed record VerdictCalibration(
    Verdict Verdict,
    int Judged,
    int Labelled,
    double Precision,
    Interval PrecisionInterval95,
    double Recall,
    Interval RecallInterval95
);
