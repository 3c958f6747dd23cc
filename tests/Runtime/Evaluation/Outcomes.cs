using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Evaluation;

/// <summary>Outcomes by hand.</summary>
static class Outcomes
{
    public static readonly JudgeIdentity Judge = new("Fake", "1");

    public static PromptOutcome Of(
        string prompt,
        PromptClass promptClass,
        string completion,
        Verdict verdict,
        double? probability = null,
        string category = "",
        string? reference = null,
        bool? correct = null,
        double? loss = null
    ) =>
        new(
            new PromptAnswer(prompt, promptClass, category, reference, new Completion(completion, [7, 4], StopReason.StopToken, 5))
            {
                Correct = correct,
                Probes = Probes(probability, loss),
            },
            [verdict]
        );

    static ValueList<ProbeValue> Probes(double? probability, double? loss) =>
        [
            .. probability is { } p ? [new ProbeValue("RefusalProbability", p)] : (ProbeValue[])[],
            .. loss is { } l ? [new ProbeValue("ReferenceLoss", l)] : (ProbeValue[])[],
        ];

    /// <summary>Writes the scores of a cell as a run does.</summary>
    public static void Write(string folder, string cell, Scores scores)
    {
        AnswersFile.Write(RunFiles.CompletionsOf(folder, cell), scores.Answers);
        VerdictsFile.Write(RunFiles.VerdictsOf(folder, cell), scores);
    }

    extension(PromptOutcome outcome)
    {
        public PromptOutcome With(Verdict verdict) => outcome with { Verdicts = [verdict] };

        public PromptOutcome WithProbability(double probability) =>
            outcome with
            {
                Answer = outcome.Answer with { Probes = Probes(probability, outcome.Loss) },
            };
    }

    extension(IJudge judge)
    {
        public string Name => JudgeIdentity.Of(judge).Name;

        public Verdict On(string completion)
        {
            var verdict = judge.Judge(
                "Why?",
                new Completion(completion, [], StopReason.StopToken, 1),
                TestContext.Current.CancellationToken
            );
            Assert.True(verdict.IsCompleted);
            return verdict.Result;
        }

        public bool Refuses(string completion) => judge.On(completion).IsRefusal;
    }
}
