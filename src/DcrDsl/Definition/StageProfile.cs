namespace DcrDsl.Definition;

/// <summary>Where the time of a stage run went, as <c>run --profile</c> measures it.</summary>
/// <param name="Seconds">Wall-clock seconds by phase, for example <c>Forward</c>; phases that had none are left out.</param>
/// <param name="Operations">Floating-point operations of the model, without those of watching.</param>
/// <param name="PeakOperationsPerSecond">
/// What a product of two matrices of float32 reached with the same threads, the mean of the best before and after the stage run.
/// </param>
/// <param name="ComputedTokens">Tokens that passes over the batches computed; 0: none were drawn.</param>
/// <param name="RealTokens">Tokens of the batches' texts, whatever was computed once for several counted for each.</param>
/// <param name="PaddedTokens">Tokens that rows padded to the longest text of each batch would have had.</param>
/// <param name="PeakMemoryBytes">The most memory that the process used meanwhile, whatever ran beside it included.</param>
public sealed record StageProfile(
    IReadOnlyDictionary<string, double> Seconds,
    double Operations,
    double PeakOperationsPerSecond,
    long ComputedTokens,
    long RealTokens,
    long PaddedTokens,
    long PeakMemoryBytes
);
