namespace DcrDsl.Specs;

/// <summary>
/// How often a language model prefers an arm's answers to a reference's, as AlpacaEval and MT-Bench have it: each pair of answers to a
/// general prompt is shown in both orders. It is asked when all cells are finished, and by <c>judge</c> again; no stage runs again for it.
/// </summary>
public sealed record WinRate
{
    /// <summary>
    /// The arm whose answers are the reference, at the same seed and values of axes; null: the reference arm, or <see cref="Answers"/>.
    /// </summary>
    [NoEffectOnResult]
    public string? Against { get; init; }

    /// <summary>
    /// A file with the reference's answers in place of an arm: <c>prompt</c> and <c>answer</c> for each general prompt, in any container
    /// that prompts are read from; a name in braces is given on the command line.
    /// </summary>
    [RunPath, NoEffectOnResult]
    public string? Answers { get; init; }

    /// <summary>Who prefers.</summary>
    [NoEffectOnResult]
    public JudgeBackend Backend { get; init; } = new LocalModel();

    /// <summary>What is asked, and what the answers mean.</summary>
    [NoEffectOnResult]
    public PairRubric Rubric { get; init; } = PairRubrics.AfterMTBench;

    /// <summary>Longest answer of who prefers, in tokens.</summary>
    [NoEffectOnResult, Range(1, 65_536)]
    public int MaxNewTokens { get; init; } = 512;

    /// <summary>How often an answer that cannot be read is asked for again.</summary>
    [NoEffectOnResult, Range(0, 10)]
    public int AskAgain { get; init; } = 2;

    /// <summary>What it lacks, as the end of a sentence about it; null: nothing.</summary>
    public string? Fault =>
        Against is not null && Answers is not null
            ? "has a win rate against an arm and against answers of a file; leave out Against or Answers"
        : Answers is { } path && string.IsNullOrWhiteSpace(path) ? "has a win rate whose Answers name no file; name it, or leave it out"
        : Backend.Fault is { } backend ? $"has a win rate whose judge {backend}"
        : Rubric.Fault;
}
