using DcrDsl.Data;
using DcrDsl.Data.Batches;
using DcrDsl.Data.Corpus;
using DcrDsl.Models;
using DcrDsl.Models.LowRank;
using DcrDsl.Objectives;
using DcrDsl.References;
using DcrDsl.Runtime.Tests.Tensors;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.References;

/// <summary>What a refinement is held to: the states and outputs that the model had before it was trained.</summary>
public class UntouchedModelTests
{
    static readonly ToyLlama Shape = new()
    {
        Layers = 3,
        Width = 16,
        Heads = 2,
        KeyValueHeads = 1,
        FeedForward = 24,
    };

    static readonly IReadOnlyList<Example> General = ToyWorldCorpus.Load(ToyWorld.RefinementGeneral with { Take = 11 }, 0);

    static LanguageModel Model() => ToyWorldModel.Create(Shape, 3, CPU);

    static GeneralTexts Texts(LanguageModel model, int size = 4) => GeneralTexts.Of(General, model.Chat, size, 5, "Dcr", CPU);

    static UntouchedModel States(LanguageModel model, GeneralTexts texts, RetainPlaces places, bool kept) =>
        UntouchedModel.StatesAfter(model, texts, 2, places, kept ? UntouchedModel.MostKept : 0);

    static UntouchedModel Outputs(LanguageModel model, GeneralTexts texts, RetainPlaces places, bool kept) =>
        UntouchedModel.Outputs(model, texts, places, kept ? UntouchedModel.MostKept : 0);

    public static TheoryData<RetainPlaces, bool> Ways =>
        new()
        {
            { RetainPlaces.EveryToken, true },
            { RetainPlaces.EveryToken, false },
            { RetainPlaces.LastPromptToken, true },
            { RetainPlaces.LastPromptToken, false },
        };

    /// <summary>Also of a round that ends within a batch, and when the model has changed since.</summary>
    [Theory, MemberData(nameof(Ways))]
    public void It_gives_what_the_model_gave_before_training(RetainPlaces places, bool kept)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var before = Model();
        var texts = Texts(model);
        using var states = States(model, texts, places, kept);
        using var outputs = Outputs(model, texts, places, kept);
        using (no_grad())
            foreach (var weight in model.Decoder.Parameters)
                weight.add_(ones_like(weight));
        for (int step = 0; step < 6; step++)
        {
            using var frozen = no_grad();
            var batch = texts.Draw(step);
            var hidden = before.Decoder.HiddenAfter(batch.Tokens, layer: 2);
            TensorAssert.Close(HiddenStates.Rows(hidden, batch.At(places)), states.Of(batch), 1e-5, 1e-6, $"states of step {step}");
            var logits = before.Decoder.Head(HiddenStates.Rows(before.Decoder.Forward(batch.Tokens), batch.At(places)));
            TensorAssert.Close(logits.log_softmax(-1), outputs.Of(batch), 1e-5, 1e-5, $"outputs of step {step}");
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public void Terms_are_0_at_the_first_step(RetainPlaces places, bool kept)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var texts = Texts(model);
        using var states = States(model, texts, places, kept);
        using var outputs = Outputs(model, texts, places, kept);
        var batch = texts.Draw(0);
        var hidden = model.Decoder.HiddenAfter(batch.Tokens, layer: 2);
        var distance = RetainLoss.HiddenStateDistance(HiddenStates.Rows(hidden, batch.At(places)), states.Of(batch));
        var divergence = RetainLoss.OutputDivergence(
            model.Decoder.Head(HiddenStates.Rows(model.Decoder.ForwardAfter(hidden, batch.Tokens, layer: 2), batch.At(places))),
            outputs.Of(batch)
        );
        distance.Plus(1, divergence).backward();
        Assert.Equal(0, distance.ToDouble(), 1e-11);
        Assert.Equal(0, divergence.ToDouble(), 1e-6);
        Assert.All(model.Decoder.ParametersThrough(2), w => Assert.True(w.grad!.abs().max().ToDouble() < 1e-5));
    }

    /// <summary>Gradients go through the blocks above ℓ to those below, and none stays there.</summary>
    [Fact]
    public void A_frozen_tail_is_run_and_gets_no_gradient()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var texts = Texts(model);
        var decoder = model.Decoder;
        var below = decoder.ParametersThrough(2);
        var above = decoder.Parameters.Skip(below.Count).ToArray();
        using (decoder.FreezeAbove(layer: 2))
        {
            var batch = texts.Draw(0);
            decoder
                .Head(HiddenStates.Rows(decoder.ForwardAfter(decoder.HiddenAfter(batch.Tokens, 2), batch.Tokens, 2), batch.LastPromptToken))
                .square()
                .sum()
                .backward();
            Assert.All(above, w => Assert.Null(w.grad));
            Assert.All(below, w => Assert.True(w.grad!.abs().max().ToDouble() > 0));
        }
        Assert.All(above, w => Assert.True(w.requires_grad));
    }

    [Fact]
    public void What_comes_after_a_block_goes_on_where_it_ended()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Model();
        var tokens = Texts(model).Draw(0).Tokens;
        for (int layer = 1; layer <= Shape.Layers; layer++)
            TensorAssert.Close(
                model.Decoder.Forward(tokens),
                model.Decoder.ForwardAfter(model.Decoder.HiddenAfter(tokens, layer), tokens, layer),
                0,
                0,
                $"after {layer}"
            );
    }

    /// <summary>Beside an adapter too: a new one changes nothing.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Beside_an_adapter_it_is_the_model_without_it(bool kept)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var texts = Texts(model);
        var batch = texts.Draw(1);
        Tensor hidden;
        using (no_grad())
            hidden = HiddenStates.Rows(model.Decoder.HiddenAfter(batch.Tokens, 2), batch.EveryToken);
        var lora = Lora(model, throughLayer: 2);
        using var states = States(model, texts, RetainPlaces.EveryToken, kept);
        using (no_grad())
            foreach (var weight in lora.Parameters)
                weight.add_(ones_like(weight));
        TensorAssert.Close(hidden, states.Of(batch), 1e-5, 1e-6, "states");
    }

    [Fact]
    public void Every_text_is_drawn_once_before_any_is_drawn_again()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var texts = Texts(model);
        int[] drawn = [.. Enumerable.Range(0, 11).SelectMany(step => texts.Draw(step).Texts)];
        Assert.All(drawn.Chunk(11), round => Assert.Equal(Enumerable.Range(0, 11), round.Order()));
        Assert.NotEqual(drawn[..11], drawn[11..22]);
        Assert.Equal(texts.Draw(7).Texts, texts.Draw(7).Texts);
        Assert.Equal(25, Texts(model, size: 25).Draw(3).Texts.Count);
    }

    [Fact]
    public void Places_are_those_of_prompts_and_answers()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var batch = Texts(model).Draw(0);
        long[][] texts = batch.Tokens.Texts();
        List<long> every = [];
        foreach (var (b, text) in batch.Texts.Index())
        {
            var (tokens, start) = model.Chat.Answered(General[text].Prompt, General[text].Response!);
            Assert.Equal(tokens.Select(t => (long)t), texts[b]);
            Assert.Equal(batch.Tokens.Place(b, start - 1), batch.LastPromptToken[b].item<long>());
            every.AddRange(Enumerable.Range(0, tokens.Length).Select(i => batch.Tokens.Place(b, i)));
        }
        Assert.Equal(every, batch.EveryToken.data<long>().ToArray());
    }

    [Fact]
    public void Without_general_prompts_a_sentence_says_so()
    {
        using var model = Model();
        Assert.Equal(
            "Dcr: there are no general prompts to hold the model on: give at least one.",
            Assert.Throws<InputException>(() => GeneralTexts.Of([], model.Chat, 4, 0, "Dcr", CPU)).Message
        );
    }

    static LoraAdapter Lora(LanguageModel model, int? throughLayer, string? pattern = null, string[]? saved = null) =>
        Adapters.Lora(
            model,
            seed: 0,
            purpose: "Dcr",
            FrozenFormat.Single,
            rank: 2,
            alpha: 4,
            rankStabilised: false,
            dropout: 0,
            weightDecomposed: false,
            targets: ["all-linear"],
            targetPattern: pattern,
            savedModules: saved,
            throughLayer: throughLayer
        );

    [Fact]
    public void An_adapter_of_a_refinement_is_in_the_blocks_through_the_layer()
    {
        using var model = Model();
        var lora = Lora(model, throughLayer: 2);
        Assert.Equal([0, 1], lora.Options.Layers!);
        Assert.Equal(2 * 7 * 2, lora.Parameters.Count);
        Assert.All(lora.Parameters.Names, name => Assert.DoesNotContain("layers.2", name));
    }

    [Theory]
    [InlineData(".*q_proj", null, "model.layers.2.self_attn.q_proj")]
    [InlineData(null, "lm_head", "lm_head")]
    public void An_adapter_above_the_layer_is_refused_in_one_sentence(string? pattern, string? saved, string named)
    {
        using var model = Model();
        string message = Assert.Throws<InputException>(() => Lora(model, throughLayer: 2, pattern, saved is null ? null : [saved])).Message;
        Assert.StartsWith(
            $"Dcr: the adapter does not fit the model: it names '{named}', and the stage trains nothing above layer 2;",
            message
        );
        Assert.Empty(model.Attachments);
    }

    /// <summary>
    /// The adapter of a refinement is merged, and what follows, a stage with an adapter too, begins with the weights that this gives. Kept
    /// as
    /// PEFT keeps it, it names its blocks.
    /// </summary>
    [Fact]
    public void An_adapter_may_follow_that_of_a_refinement()
    {
        using var model = Model();
        using var untouched = Model();
        string directory = Directory.CreateTempSubdirectory("dcrdsl").FullName;
        try
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var first = Lora(model, throughLayer: 2);
            foreach (var weight in first.Parameters)
                weight.add_(ones_like(weight) * 0.1);
            first.Save(directory);
            Assert.Matches(
                @"""layers_to_transform"":\s*\[\s*0,\s*1\s*\]",
                File.ReadAllText(Path.Combine(directory, "adapter_config.json"))
            );
            first.Merge();
            int below = model.Decoder.ParametersThrough(2).Count;
            foreach (var (at, name) in model.Decoder.Parameters.Names.Index())
                Assert.Equal(
                    at < below && name.EndsWith("_proj.weight", StringComparison.Ordinal),
                    !model.Decoder.Parameters[name].eq(untouched.Decoder.Parameters[name]).all().item<bool>()
                );
            var tokens = Texts(model).Draw(0).Tokens;
            var merged = model.Decoder.Forward(tokens);
            var second = Lora(model, throughLayer: null);
            Assert.Equal([second], model.Attachments);
            Assert.Equal(3 * 7 * 2, second.Parameters.Count);
            TensorAssert.Close(merged, model.Decoder.Forward(tokens), 1e-6, 1e-6, "a new adapter changes nothing");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Before a run a step is gone through there without values.</summary>
    [Fact]
    public void A_step_can_be_gone_through_on_the_meta_device()
    {
        using var scope = NewDisposeScope();
        using var model = ToyWorldModel.Create(Shape, 3, META);
        var texts = GeneralTexts.Of(General, model.Chat, 4, 5, "Dcr", META);
        using var states = UntouchedModel.StatesAfter(model, texts, 2, RetainPlaces.EveryToken);
        using var outputs = UntouchedModel.Outputs(model, texts, RetainPlaces.LastPromptToken);
        var weights = model.Decoder.ParametersThrough(2);
        using var start = StartingWeights.Of(weights);
        using var tail = model.Decoder.FreezeAbove(2);
        var drawn = texts.Draw(0);
        var kept = model.Decoder.HiddenAfter(drawn.Tokens, 2);
        var logits = model.Decoder.Head(HiddenStates.Rows(model.Decoder.ForwardAfter(kept, drawn.Tokens, 2), drawn.LastPromptToken));
        var loss = RetainLoss
            .HiddenStateDistance(HiddenStates.Rows(kept, drawn.EveryToken), states.Of(drawn))
            .Plus(1, RetainLoss.OutputDivergence(logits, outputs.Of(drawn)))
            .Plus(1, RetainLoss.WeightDistance(weights, start));
        loss.backward();
        Assert.All(weights, w => Assert.Equal(w.shape, w.grad!.shape));
    }
}
