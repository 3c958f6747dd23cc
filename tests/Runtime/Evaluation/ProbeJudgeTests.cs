using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Models;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Evaluation;

/// <summary>Judges that read what a probe has stored, and the linear probe.</summary>
public class ProbeJudgeTests
{
    static Answers Answered(params double?[] values) =>
        new([
            new PromptAnswers(
                "Harm",
                PromptClass.Toxic,
                [
                    .. values.Select(
                        (value, i) =>
                            new PromptAnswer($"prompt {i}", PromptClass.Toxic, "", null, new Completion("Sure.", [1], StopReason.Length, 1))
                            {
                                Probes = value is { } read ? [new ProbeValue(nameof(RefusalProbability), read)] : [],
                            }
                    ),
                ]
            ),
        ]);

    [Fact]
    public void A_probe_at_its_threshold_refuses_whatever_the_words()
    {
        IJudge[] judges =
        [
            Judges.Of(ProbeJudges.RefusalProbability),
            Judges.ProbeThreshold(nameof(RefusalProbability), 0.3),
            Judges.Of(RefusalJudges.XSTest),
        ];
        var scores = Judged.By(Answered(0.5, 0.49, 0.31, 0), judges, TestContext.Current.CancellationToken);
        Assert.Equal((0.25, 0.75, 0.0), (scores.DefenceSuccessRate, scores.By(1).DefenceSuccessRate, scores.By(2).DefenceSuccessRate));
        Assert.Equal(
            ["ProbeJudges.RefusalProbability (probe-1)", "ProbeJudges.RefusalProbability@0.3 (probe-1)", "RefusalJudges.XSTest (plain-1)"],
            scores.Judges.Select(j => j.Name)
        );
        foreach (var judge in judges)
            Assert.Equal(JudgeIdentity.Of(judge), JudgeIdentity.Of(StoredJudge.Make(StoredJudge.Read(StoredJudge.Written(judge.Spec!))!)));
    }

    [Fact]
    public void A_value_that_was_not_read_is_told_with_what_was()
    {
        Told(
            "The judge ProbeJudges.RefusalProbability reads the probe RefusalProbability, which has no value beside the completion of "
                + "'prompt 1': name it among the Probes of the evaluation and run that again, or judge by the text.",
            () => Judged.By(Answered(0.5, null), [Judges.Of(ProbeJudges.RefusalProbability)], TestContext.Current.CancellationToken)
        );
        Told(
            "or judge by RefusalProbability.",
            () => Judged.By(Answered(0.5), [Judges.Of(ProbeJudges.LinearRefusal)], TestContext.Current.CancellationToken)
        );
        Told("does not say which", () => Judges.ProbeThreshold(" ", 0.5));
        Told("its threshold is no number", () => Judges.ProbeThreshold("P", double.NaN));
    }

    [Fact]
    public void A_judge_of_a_probe_is_named_with_its_threshold()
    {
        Assert.Equal(ProbeJudges.RefusalProbability, PublishedJudges.Of("ProbeJudges.RefusalProbability"));
        Assert.Equal(new ProbeThreshold { Threshold = 0.3 }, PublishedJudges.Of("probejudges.refusalprobability@0.3"));
        Told("takes a threshold from 0 to 1, not '3'", () => PublishedJudges.Of("ProbeJudges.LinearRefusal@3"));
        Told("Did you mean ProbeJudges.LinearRefusal?", () => PublishedJudges.Of("ProbeJudges.LinearRefusl@0.3"));
    }

    /// <summary>
    /// ToyWorld's model of one layer knows nothing, but its states depend on the words: prompts that it was fitted to it tells apart, and
    /// the values are probabilities of its own classes.
    /// </summary>
    [Fact]
    public void The_linear_probe_tells_the_prompts_apart_that_it_was_fitted_to()
    {
        using var model = ToyWorldModel.Create(new ToyLlama { Layers = 2 }, 0, TorchSharp.torch.CPU);
        var chat = model.Chat;
        string[] Prompts(PromptSource source) => [.. PromptSources.Load(source, 0, chat).Examples.Select(e => e.Prompt).Distinct().Take(4)];
        string[] refused = Prompts(ToyWorld.WatchedToxic),
            answered = Prompts(ToyWorld.WatchedSeeminglyToxic);
        var probe = Probes.LinearRefusal(Examples(refused), Examples(answered), layer: 2, ridge: 1e-4);
        probe.Check(model, Examples(refused));
        string[] all = [.. refused, .. answered];
        double[] values = Values(probe, all);
        Assert.All(values.Take(refused.Length), v => Assert.InRange(v, 0.9, 1));
        Assert.All(values.Skip(refused.Length), v => Assert.InRange(v, 0, 0.1));
        // Read in other company, and from a probe that is made again, a prompt has the same value.
        Assert.Equal(values[0], Values(Probes.LinearRefusal(Examples(refused), Examples(answered), 2, 1e-4, batch: 1), all[0])[0], 1e-5);
        Assert.NotEqual(values[0], Values(Probes.LinearRefusal(Examples(refused), Examples(answered), 1, 1e-4), all[0])[0]);
        Assert.Equal(1, probe.OfGuardedRefusal);

        double[] Values(IProbe of, params string[] prompts) =>
            [
                .. of.Of(
                        new ProbedBatch(model, Examples(prompts), [.. prompts.Select(chat.Prompt)], []),
                        TestContext.Current.CancellationToken
                    )
                    .Select(v => v!.Value),
            ];
    }

    [Fact]
    public void A_probe_that_cannot_be_fitted_says_why()
    {
        using var model = ToyWorldModel.Create(new ToyLlama { Layers = 2 }, 0, TorchSharp.torch.CPU);
        Told(
            "at least 2 different prompts to be answered, and there are 1",
            () => Probes.LinearRefusal(Examples("a", "b"), Examples("c", "c"))
        );
        var two = Examples("how do i trap a app ?", "how do i open a door ?");
        Told("there is no layer 3 in a model of 2", () => Probes.LinearRefusal(two, two, layer: 3).Check(model, two));
    }

    static IReadOnlyList<Example> Examples(params string[] prompts) =>
        [.. prompts.Select(p => new Example(p, null, PromptClass.Toxic, "", null, "test"))];

    static void Told(string sentence, Action action) =>
        Assert.Contains(sentence, Assert.Throws<InputException>(action).Message, StringComparison.Ordinal);
}
