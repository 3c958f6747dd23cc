using System.Text.Json.Serialization;
using DcrDsl.Models.Attachments;

namespace DcrDsl.Models.Interventions;

/// <summary>How a direction to be ablated, and one to be added, were chosen on validation prompts.</summary>
/// <param name="Prompts">How many prompts the model's own behaviour left of each class.</param>
/// <param name="ScoreBefore">Mean refusal score of the over-refused validation prompts before anything is changed.</param>
/// <param name="Ablated">The candidates for ablation, scored on over-refused prompts: the lowest is the best.</param>
/// <param name="Added">The candidates for addition, scored on general prompts: the highest is the best; null: none is added.</param>
public sealed record DirectionSelection(
    IReadOnlyList<KeptPrompts> Prompts,
    double ScoreBefore,
    DirectionTable Ablated,
    DirectionTable? Added = null
) : AttachmentFindings;

/// <summary>Prompts that were kept because the model treats them as their class asks.</summary>
/// <param name="Name">Whose prompts they are.</param>
/// <param name="Given">How many were looked at.</param>
/// <param name="Kept">How many are left.</param>
public sealed record KeptPrompts(string Name, int Given, int Kept);

/// <summary>All directions that were tried in one way.</summary>
/// <param name="KlThreshold">The most that one may change what is said to general prompts, in nats.</param>
/// <param name="Candidates">The directions, by position and block.</param>
public sealed record DirectionTable(double KlThreshold, IReadOnlyList<DirectionCandidate> Candidates)
{
    /// <summary>How many behind the chosen ones are shown, and so measured to the end; the whole table is kept.</summary>
    internal const int RunnersUp = 3;

    /// <summary>Those that were chosen, the best first.</summary>
    [JsonIgnore]
    public IReadOnlyList<DirectionCandidate> Chosen => [.. Candidates.Where(c => c.Rank is not null).OrderBy(c => c.Rank)];
}

/// <summary>A direction that was tried.</summary>
/// <param name="Position">The token of the prompt that it was read at: −1 is the last.</param>
/// <param name="Block">The block, counted from 1, at whose input it was read.</param>
/// <param name="Length">Its length before it was normalised.</param>
/// <param name="Fate">Why it was dropped, or that it was not.</param>
/// <param name="Kl">
/// Mean KL(before ‖ after) of the first response token on general prompts, in nats; of one that was dropped, what the prompts read until
/// then come to at least. Null: it was not tried.
/// </param>
/// <param name="Score">Mean refusal score with the direction ablated, or added; null: it was dropped before.</param>
/// <param name="Rank">Its place among those that were chosen, from 1; null: it was not.</param>
public sealed record DirectionCandidate(
    int Position,
    int Block,
    double Length,
    CandidateFate Fate,
    double? Kl = null,
    double? Score = null,
    int? Rank = null
);

/// <summary>What became of a direction that was tried.</summary>
public enum CandidateFate
{
    /// <summary>It could have been chosen.</summary>
    Kept,

    /// <summary>The classes do not differ there.</summary>
    NoDirection,

    /// <summary>It changes too much of what is said to general prompts.</summary>
    KlAboveThreshold,

    /// <summary>With it the model gives no numbers.</summary>
    NotFinite,

    /// <summary>Enough others have a lower score, so the rest of its KL was not asked for.</summary>
    Outscored,
}
