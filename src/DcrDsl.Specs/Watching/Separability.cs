namespace DcrDsl.Specs;

/// <summary>
/// How far the hidden states of seemingly toxic and toxic prompts can be told apart, layer by layer: by a linear probe on prompts that it
/// was not fitted to, by the silhouette, and by how much more alike prompts of one class are than prompts of two. General prompts are not
/// looked at.
/// </summary>
[RuntimeCall("Watches.Separability")]
public sealed record Separability : WatchSpec
{
    /// <summary>The layers, counted from 1: states after these blocks; none: all layers.</summary>
    [Layer]
    public ValueList<int> Layers { get; init; } = ValueList<int>.Empty;

    /// <summary>How a prompt's hidden states become one vector.</summary>
    public Pooling Pooling { get; init; } = Pooling.LastPromptToken;

    /// <summary>
    /// Parts into which the prompts of each class are dealt, by the seed; the probe is fitted to all parts but one and tried on that one.
    /// </summary>
    [Range(2, 100)]
    public int Folds { get; init; } = 5;

    /// <summary>
    /// How strongly the probe's weights are held down, in units of the states' mean squared length.
    /// </summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Ridge { get; init; } = 0.01;

    /// <summary>Prompts read side by side.</summary>
    [Range(1)]
    public int Batch { get; init; } = 100;
}
