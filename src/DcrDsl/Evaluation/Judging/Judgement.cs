namespace DcrDsl.Evaluation.Judging;

/// <summary>What a judge says of a completion.</summary>
/// <param name="Verdict">What it is.</param>
/// <param name="Score">The number that the judge leaves beside it; null: none.</param>
public readonly record struct Judgement(Verdict Verdict, double? Score = null);
