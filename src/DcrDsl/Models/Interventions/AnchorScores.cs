using DcrDsl.Models.Attachments;

namespace DcrDsl.Models.Interventions;

/// <summary>How the anchors score that a steering by queries was made from, with the threshold that decides on a query.</summary>
/// <param name="Threshold">T: scores of at least this are taken for toxic.</param>
/// <param name="Toxic">The scores of the toxic anchors.</param>
/// <param name="General">The scores of the harmless anchors.</param>
/// <param name="Steered">The blocks that are steered, counted from 1.</param>
/// <param name="Scored">The blocks whose states score a query, counted from 1.</param>
public sealed record AnchorScores(
    double Threshold,
    IReadOnlyList<double> Toxic,
    IReadOnlyList<double> General,
    BlockRange Steered,
    BlockRange Scored
) : AttachmentFindings;
