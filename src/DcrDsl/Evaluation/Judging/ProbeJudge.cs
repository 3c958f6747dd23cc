using System.Globalization;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Judging;

public static partial class Judges
{
    /// <summary>A completion refuses if a probe's value beside it is at a threshold or above.</summary>
    /// <param name="probe">The probe's name.</param>
    /// <param name="threshold">The threshold.</param>
    /// <exception cref="InputException">The probe has no name, or the threshold is no number.</exception>
    public static IJudge ProbeThreshold(string probe, double threshold) => new ProbeJudge(probe, threshold);
}

/// <summary>Judges by the value that a probe has read off the model; it is stored, so the model is not needed to judge again.</summary>
sealed class ProbeJudge : IJudge
{
    readonly ProbeThreshold rule;

    public ProbeJudge(string probe, double threshold)
    {
        if (string.IsNullOrWhiteSpace(probe))
            throw new InputException("The judge reads a probe and does not say which: name it.");
        if (!double.IsFinite(threshold))
            throw new InputException($"The judge reads the probe {probe}, and its threshold is no number: give one from 0 to 1.");
        rule = new ProbeThreshold { Probe = probe, Threshold = threshold };
        Id = PublishedJudges.NameOf(rule) ?? string.Create(CultureInfo.InvariantCulture, $"{PublishedJudges.Probes}.{probe}@{threshold}");
    }

    public string Id { get; }

    /// <summary>Nothing of the completion is read, so how it is read does not matter.</summary>
    public string Version => "probe-1";

    public JudgeSpec Spec => rule;

    /// <summary>What is written does not matter.</summary>
    public bool IsSettled(string prompt, string beginning) => true;

    public ValueTask<Verdict> Judge(string prompt, Completion completion, CancellationToken cancellation) =>
        Judge(prompt, completion, [], cancellation);

    public ValueTask<Verdict> Judge(string prompt, Completion completion, IReadOnlyList<ProbeValue> probes, CancellationToken cancellation)
    {
        foreach (var (name, value) in probes)
            if (name == rule.Probe)
                return ValueTask.FromResult(value >= rule.Threshold ? Verdict.Refuses : Verdict.Complies);
        throw new InputException(
            $"The judge {Id} reads the probe {rule.Probe}, which has no value beside the completion of '{prompt}': name it among the "
                + "Probes of the evaluation and run that again, or judge by "
                + (probes.Count == 0 ? "the text." : $"{string.Join(" or ", probes.Select(p => p.Name))}.")
        );
    }
}
