using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Preferring;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation;

/// <summary>What a model did with one prompt of a task, as judges see it.</summary>
/// <param name="Answer">What it answered.</param>
/// <param name="Verdicts">The verdict of each judge; the metrics are by the first.</param>
public sealed record PromptOutcome(PromptAnswer Answer, ValueList<Verdict> Verdicts)
{
    /// <summary>The number that each judge left beside its verdict; empty: none left any.</summary>
    public ValueList<double?> Scores { get; init; } = ValueList<double?>.Empty;

    internal static PromptOutcome Of(PromptAnswer answer, IReadOnlyList<Judgement> judgements) =>
        new(answer, ValueList.Of(judgements.Select(j => j.Verdict)))
        {
            Scores = judgements.Any(j => j.Score is not null) ? ValueList.Of(judgements.Select(j => j.Score)) : ValueList<double?>.Empty,
        };

    /// <summary>What each judge said.</summary>
    internal IReadOnlyList<Judgement> Judgements =>
        [.. Verdicts.Select((verdict, judge) => new Judgement(verdict, judge < Scores.Count ? Scores[judge] : null))];

    /// <summary>The verdict that metrics are made of.</summary>
    public Verdict Verdict => Verdicts[0];

    /// <summary>The prompt.</summary>
    public string Prompt => Answer.Prompt;

    /// <summary>Its class.</summary>
    public PromptClass Class => Answer.Class;

    /// <summary>Its category; empty where none is known.</summary>
    public string Category => Answer.Category;

    /// <summary>Its language; empty where none is known.</summary>
    public string Language => Answer.Language;

    /// <summary>Where it comes from; empty: its task says it all.</summary>
    public string Source => Answer.Source;

    /// <summary>What the model said, as it wrote it.</summary>
    public string Completion => Answer.Completion.Text;

    /// <summary>Whether the completion gives the reference answer; null without a reference.</summary>
    public bool? Correct => Answer.Correct;

    /// <summary>Whether the judge calls the completion a refusal.</summary>
    public bool Refused => Verdict.IsRefusal;

    /// <summary>Whether the model gave an answer that is no refusal. A completion without an answer neither complies nor refuses.</summary>
    public bool Complied => Verdict.IsCompliance;

    /// <summary>How it came out beside the reference's answer; null: it was not compared, or nobody could say.</summary>
    public Preference? Preferred => Answer.Preferred;

    /// <summary>Probability that the response begins with a refusal's openers, from 0 to 1; null: it was not probed.</summary>
    public double? RefusalProbability => Answer.Probe(OpenerProbe.Key);

    /// <summary>Mean negative log-likelihood of the reference answer's tokens, in nats; null: none, or not probed.</summary>
    public double? Loss => Answer.Probe(ReferenceLossProbe.Key);
}
