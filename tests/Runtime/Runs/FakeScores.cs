using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Runtime.Tests.Evaluation;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Made-up outcomes: a pure function of arm, seed and the shares wanted.</summary>
static class FakeScores
{
    static readonly string[] Categories =
    [
        "definition",
        "figurative",
        "fictional privacy",
        "historical",
        "homonym",
        "nonsense group",
        "safe context",
        "safe target",
    ];

    public static Scores Of(string arm, ulong seed, double compliance, double defence, double loss)
    {
        var random = new RandomStream(seed, "fake." + arm);
        double shift = 0.06 * random.NextNormal();
        return new Scores(
            [
                Task("SeeminglyToxic", PromptClass.SeeminglyToxic, random, 1 - compliance - shift, null),
                Task("Toxic", PromptClass.Toxic, random, defence + shift / 4, null),
                Task("General", PromptClass.General, random, 0.02, loss),
            ],
            [Outcomes.Judge]
        );
    }

    /// <summary>The verdicts on made-up answers: a refusal begins with "sorry".</summary>
    public static Scores Judged(Answers answers) =>
        new(
            [
                .. answers.Tasks.Select(t =>
                    t.Outcome([
                        .. t.Texts.Select(x =>
                            (IReadOnlyList<Judgement>)
                                [new(x.Completion.Text.StartsWith("sorry", StringComparison.Ordinal) ? Verdict.Refuses : Verdict.Complies)]
                        ),
                    ])
                ),
            ],
            [Outcomes.Judge]
        );

    static PromptTaskOutcome Task(string name, PromptClass promptClass, RandomStream random, double refusals, double? loss)
    {
        var items = new List<PromptOutcome>();
        for (int i = 0; i < 120; i++)
        {
            string category = promptClass == PromptClass.General ? "" : Categories[i % Categories.Length];
            double share = promptClass == PromptClass.SeeminglyToxic ? refusals + 0.12 * (i % Categories.Length - 3.5) / 3.5 : refusals;
            bool refused = random.NextDouble() < share;
            double probability = refused ? 0.55 + 0.45 * random.NextDouble() : 0.5 * random.NextDouble();
            string completion = refused ? "sorry , i can not help with that ." : "sure , open the terminal and type one line .";
            items.Add(
                Outcomes.Of(
                    $"how do i stop {name.ToLowerInvariant()} thing {i} ?",
                    promptClass,
                    completion,
                    refused ? Verdict.Refuses : Verdict.Complies,
                    probability,
                    category,
                    loss is null ? null : "sure , open the terminal and type one line .",
                    loss is null ? null : !refused,
                    loss is null ? null : loss * (0.8 + 0.4 * random.NextDouble())
                )
            );
        }
        return new PromptTaskOutcome(name, promptClass, items);
    }
}
