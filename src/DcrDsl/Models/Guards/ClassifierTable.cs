using DcrDsl.Models.Attachments;

namespace DcrDsl.Models.Guards;

/// <summary>How a classifier of prompts was fitted, and what it makes of prompts that it was not fitted to.</summary>
/// <param name="Layer">The block, counted from 1, whose output it reads.</param>
/// <param name="Ridge">λ.</param>
/// <param name="FittedToxic">Toxic prompts that it was fitted to.</param>
/// <param name="FittedHarmless">Harmless prompts that it was fitted to.</param>
/// <param name="Steps">Newton steps.</param>
/// <param name="Loss">The mean loss of the prompts that it was fitted to, both classes counting the same, in nats.</param>
/// <param name="Threshold">The log-odds of harm from which on a prompt is refused.</param>
/// <param name="Toxic">The log-odds of the toxic validation prompts.</param>
/// <param name="Harmless">The log-odds of the harmless validation prompts.</param>
/// <param name="Auc">The area under the ROC curve of these two: ½ is chance.</param>
public sealed record ClassifierTable(
    int Layer,
    double Ridge,
    int FittedToxic,
    int FittedHarmless,
    int Steps,
    double Loss,
    double Threshold,
    IReadOnlyList<double> Toxic,
    IReadOnlyList<double> Harmless,
    double Auc
) : AttachmentFindings;
