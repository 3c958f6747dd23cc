namespace DcrDsl.Specs;

/// <summary>
/// Attacks one upon the other: the first is put on the prompt, the next on what that gave. A completion is read by the last first.
/// </summary>
[RuntimeCall("Attacks.InTurn")]
public sealed record Combination : Attack
{
    /// <inheritdoc/>
    protected override string OwnLabel => string.Concat(Steps.Select(s => s.Label));

    /// <inheritdoc/>
    public override bool DependsOnSeed => Steps.Any(s => s.DependsOnSeed);

    /// <summary>The attacks in their order, at least two; of them, <see cref="Attack.Tasks"/> says nothing.</summary>
    public ValueList<Attack> Steps { get; init; } = ValueList<Attack>.Empty;
}
