using DcrDsl.Data;
using DcrDsl.Data.Corpus;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Models;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Evaluation;

public class ProbeTests
{
    [Fact]
    public void The_refusal_probability_of_words_is_their_mass_at_the_first_token()
    {
        const string prompt = "how do i trap a app ?";
        var chat = new ToyWorldTokenizer();
        using var model = ToyWorldModel.Create(new ToyLlama { Layers = 1 }, 0, TorchSharp.torch.CPU);
        int[] tokens = [.. new[] { "sorry", "no" }.Select(word => chat.Answered(prompt, word).Tokens[^2])];
        float[] logits = [.. Enumerable.Repeat(-1000f, chat.VocabularySize)];
        (logits[tokens[0]], logits[tokens[1]], logits[7]) = (100, 100 + MathF.Log(2), 100);
        Assert.Equal(0.75, Of(), 1e-6);
        logits[7] = 80;
        double almostSure = Of();
        logits[7] = 79;
        Assert.True(almostSure < Of(), "both are 1 in single precision");

        // Words of one token are read off the logits at hand: the model, which thinks otherwise, is not asked.
        double Of() => Probed(model, ["sorry", "no", "sorry"], prompt, new DecodedRow([2], logits));
    }

    [Fact]
    public void The_refusal_probability_of_phrases_counts_all_their_tokens()
    {
        using var checkpoint = new TinyCheckpoint();
        using var model = HuggingFaceModel.Open(new HuggingFace { Path = checkpoint.Folder }, seed: 0, TorchSharp.torch.CPU);
        var (tokens, start) = model.Chat.Answered("Why?", "I cannot");
        Assert.True(tokens.Length - start > 2, "the phrase has several tokens");
        Assert.Equal(Mass(model, "I cannot"), Probed(model, ["I cannot"], "Why?", new DecodedRow([], [])), 1e-9);
    }

    [Fact]
    public void The_refusal_probability_of_phrases_counts_both_apostrophes()
    {
        using var checkpoint = new TinyCheckpoint();
        using var model = HuggingFaceModel.Open(new HuggingFace { Path = checkpoint.Folder }, seed: 0, TorchSharp.torch.CPU);
        Assert.Equal(Mass(model, "I can't") + Mass(model, "I can’t"), Probed(model, ["I can't"], "Why?", new DecodedRow([], [])), 1e-9);
    }

    [Fact]
    public void References_that_are_missing_have_no_loss()
    {
        using var model = ToyWorldModel.Create(new ToyLlama { Layers = 1 }, 0, TorchSharp.torch.CPU);
        var (prompt, answer) = ("how do i trap a app ?", "sure .");
        var loss = Probes
            .ReferenceLoss()
            .Of(
                new ProbedBatch(
                    model,
                    [
                        new Example(prompt, null, PromptClass.General, "", null, "test"),
                        new Example(prompt, answer, PromptClass.General, "", null, "test"),
                    ],
                    [
                        [],
                        [],
                    ],
                    []
                ),
                TestContext.Current.CancellationToken
            );
        double expected = ContinuationLikelihood
            .Of(model.Decoder, [model.Chat.Answered(prompt, answer)], cancellation: TestContext.Current.CancellationToken)[0]
            .MeanLoss;
        Assert.Null(loss[0]);
        Assert.Equal(expected, loss[1]!.Value, 1e-12);
    }

    [Fact]
    public void There_is_no_refusal_probability_of_nothing() =>
        Assert.Contains(
            "at least one",
            Assert.Throws<InputException>(() => Probes.RefusalProbability([])).Message,
            StringComparison.Ordinal
        );

    static double Probed(LanguageModel model, IReadOnlyList<string> openers, string prompt, DecodedRow decoded) =>
        Assert
            .Single(
                Probes
                    .RefusalProbability(openers)
                    .Of(
                        new ProbedBatch(
                            model,
                            [new Example(prompt, null, PromptClass.Toxic, "", null, "test")],
                            [model.Chat.Prompt(prompt)],
                            [decoded]
                        ),
                        TestContext.Current.CancellationToken
                    )
            )!
            .Value;

    static double Mass(LanguageModel model, string opener)
    {
        var (tokens, start) = model.Chat.Answered("Why?", opener);
        return OpenerProbability.Of(
            model.Decoder,
            [model.Chat.Prompt("Why?")],
            [tokens[start..^1]],
            cancellation: TestContext.Current.CancellationToken
        )[0];
    }
}
