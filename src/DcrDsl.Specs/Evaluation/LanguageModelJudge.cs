namespace DcrDsl.Specs;

/// <summary>
/// A language model reads prompt and completion and answers by a rubric. Its answers are kept by content, so that judging again costs
/// nothing; one that cannot be read is asked for again, and then counts as undecided.
/// </summary>
[RuntimeCall("Judges.LanguageModel")]
public sealed record LanguageModelJudge : JudgeSpec
{
    /// <summary>Who answers.</summary>
    public JudgeBackend Backend { get; init; } = new LocalModel();

    /// <summary>What is asked, and what the answers mean.</summary>
    public Rubric Rubric { get; init; } = Rubrics.AfterOrBench;

    /// <summary>Longest answer, in tokens.</summary>
    [Range(1, 65_536)]
    public int MaxNewTokens { get; init; } = 512;

    /// <summary>How often an answer that cannot be read is asked for again.</summary>
    [Range(0, 10)]
    public int AskAgain { get; init; } = 2;

    /// <inheritdoc/>
    public override ScoreMeaning Scores => Rubric.Score?.Meaning ?? ScoreMeaning.None;

    /// <inheritdoc/>
    public override bool GivesVerdicts => Rubric.Classes.Count > 0;

    /// <inheritdoc/>
    public override bool TellsIndirectRefusals => Rubric.Classes.Any(c => c.Meaning == AnswerMeaning.RefusesIndirectly);

    /// <inheritdoc/>
    public override string? Fault => Backend.Fault ?? Rubric.Fault;
}
