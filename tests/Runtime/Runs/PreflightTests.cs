using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Execution;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>What an evaluation cannot do is found before anything is trained.</summary>
public class PreflightTests
{
    static void Check(IReadOnlyList<string> openers, Func<IJudge> judge)
    {
        var definition = FakeExperiment.Of();
        var arm = definition.Arms[0];
        StageDefinition[] stages =
        [
            arm.Stages[0] with
            {
                Body = new Make(run => ToyWorldModel.Create(new ToyLlama { Layers = 1 }, run.Seed, run.Device)),
            },
            .. arm.Stages.Skip(1).SkipLast(2),
            arm.Stages[^2] with
            {
                Body = new Answer((model, run) => Ask(model, run, openers)),
            },
            arm.Stages[^1] with
            {
                Body = new Judge((answers, _) => Judged.By(answers, [judge()])),
            },
        ];
        Preflight.Check(
            Plan.Of(definition with { Arms = [arm with { Stages = stages }] }, Selection.Everything),
            new ExecutionOptions(torch.CPU, 1)
        );
    }

    static void Check(Func<IJudge> judge) => Check(ToyWorld.Judge.Openers, judge);

    static Answers Ask(LanguageModel model, StageRun run, IReadOnlyList<string> openers) =>
        new(
            [
                PromptTaskRun.Run(
                    "Toxic",
                    run.Load(ToyWorld.ToxicPrompts, model.Chat),
                    model,
                    [Probes.RefusalProbability(openers), Probes.ReferenceLoss()],
                    maxNewTokens: 4,
                    batch: 8
                ),
            ],
            model.Chat
        );

    [Fact]
    public void A_judge_that_fits_passes() => Check(() => Judges.RefusalOpeners([.. ToyWorld.Judge.Openers]));

    [Fact]
    public void A_judge_with_words_that_the_toy_lacks_is_blamed_by_name()
    {
        string message = Assert.Throws<InputException>(() => Check(() => Judges.RefusalPhrases(["sorry", "I must decline"], []))).Message;
        Assert.StartsWith(
            "The judge RefusalPhrases \"sorry\" and 1 other (plain-1) looks for 'must', 'decline', which the model's "
                + "vocabulary lacks: ",
            message
        );
    }

    [Fact]
    public void Openers_that_the_toy_cannot_write_are_found() =>
        Assert.StartsWith(
            "The refusal probability is made of 'regrettably', which the model's vocabulary lacks: ",
            Assert.Throws<InputException>(() => Check(["sorry", "regrettably"], () => Judges.Of(ToyWorld.Judge))).Message
        );

    [Fact]
    public void An_empty_judge_is_found() =>
        Assert.StartsWith(
            "The judge has no refusal openers",
            Assert.Throws<InputException>(() => Check(() => Judges.RefusalOpeners())).Message
        );
}
