namespace DcrDsl.Models.Interventions;

/// <summary>Blocks one after another, counted from 1, both ends included.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last.</param>
public sealed record BlockRange(int First, int Last)
{
    /// <summary>Whether a block is among them.</summary>
    public bool Contains(int block) => block >= First && block <= Last;
}
