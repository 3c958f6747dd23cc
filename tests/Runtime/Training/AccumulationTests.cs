using DcrDsl.Data;
using DcrDsl.Data.Batches;
using DcrDsl.Data.Corpus;
using DcrDsl.Models;
using DcrDsl.Objectives;
using DcrDsl.Runtime.Tests.Models;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Training;

/// <summary>A batch that goes through the model in parts has the loss and the gradients of the whole.</summary>
public class AccumulationTests
{
    static readonly IChatTokenizer Chat = new ToyWorldTokenizer();

    static readonly DecoderConfig Shape = new()
    {
        VocabularySize = Chat.VocabularySize,
        HiddenSize = 16,
        Layers = 2,
        Heads = 2,
        KeyValueHeads = 1,
        HeadDim = 8,
        IntermediateSize = 24,
        TieEmbeddings = true,
    };

    static Decoder NewDecoder() => TestDecoder.Initialise(Shape, seed: 2, ScalarType.Float64);

    static TextBatches Texts(int size) =>
        TextBatches.OnResponses(
            PromptSources.Load(new ToyWorldPrompts { Answers = ToyWorldAnswers.Tip, Take = 11 }, 1, Chat).Examples,
            Chat,
            size,
            seed: 1,
            purpose: "Align",
            CPU
        );

    static PreferenceBatches Pairs(int size) =>
        PreferenceBatches.Of(
            PromptSources.Load(ToyWorld.PreferencePairs with { Take = 7 }, 1, Chat).Examples,
            Chat,
            size,
            seed: 1,
            purpose: "Prefer",
            CPU
        );

    /// <summary>One part, a number that divides the batch, one that does not, more than examples; the second batch is smaller.</summary>
    public static TheoryData<int, int> Ways => [.. from step in (int[])[0, 1] from parts in (int[])[1, 2, 3, 50] select (step, parts)];

    [Theory, MemberData(nameof(Ways))]
    public void Texts_weigh_by_their_targets(int step, int parts)
    {
        using var scope = NewDisposeScope();
        using var decoder = NewDecoder();
        var batches = Texts(size: 8);
        var whole = Loss(batches.Draw(step));
        whole.backward();
        var expected = Gradients(decoder);
        var sum = new BatchLoss();
        int count = 0;
        foreach (var (part, share) in batches.InParts(step, parts))
        {
            using var inner = NewDisposeScope();
            sum.Backward(Loss(part), share, part.Tokens.Count);
            count++;
        }
        Assert.Equal(Math.Min(parts, step == 0 ? 8 : 3), count);
        Assert.Equal(batches.Draw(step).Tokens.Count, sum.Tokens);
        Close(decoder, expected, whole, sum);

        Tensor Loss(TextBatch batch) =>
            LanguageModelLoss.CrossEntropy(decoder, HiddenStates.Rows(decoder.Forward(batch.Tokens), batch.Rows), batch.Targets);
    }

    [Theory, MemberData(nameof(Ways))]
    public void Pairs_of_answers_weigh_alike(int step, int parts)
    {
        using var scope = NewDisposeScope();
        using var decoder = NewDecoder();
        var batches = Pairs(size: 5);
        var reference = linspace(-30, -20, 2 * batches.Count, ScalarType.Float64);
        var whole = Loss(batches.Draw(step));
        whole.backward();
        var expected = Gradients(decoder);
        var sum = new BatchLoss();
        foreach (var (part, share) in batches.InParts(step, parts))
        {
            using var inner = NewDisposeScope();
            sum.Backward(Loss(part), share, part.Tokens.Count);
        }
        Close(decoder, expected, whole, sum);

        Tensor Loss(PreferenceBatch batch)
        {
            var states = HiddenStates.Rows(decoder.Forward(batch.Tokens), batch.Rows);
            var policy = AnswerLogProbabilities.Of(decoder, states, batch.Targets, batch.Answers, batch.Lengths);
            return PreferenceLoss.Sigmoid(policy, reference.RowsAt(batch.Places), batch.Lengths, beta: 0.3);
        }
    }

    [Fact]
    public void Parts_leave_nothing_out_and_are_even()
    {
        int[] examples = [.. Enumerable.Range(0, 10)];
        Assert.Equal([3, 3, 2, 2], BatchParts.Of(examples, 4).Select(p => p.Length));
        Assert.Equal(examples, BatchParts.Of(examples, 4).SelectMany(p => p));
        Assert.Equal(10, BatchParts.Of(examples, 99).Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => BatchParts.Of(examples, 0));
    }

    [Fact]
    public void A_batch_without_a_part_has_no_loss() => Assert.Throws<InvalidOperationException>(() => new BatchLoss().Loss);

    static Tensor[] Gradients(Decoder decoder)
    {
        Tensor[] gradients = [.. decoder.Parameters.Select(p => p.grad!.clone())];
        foreach (var parameter in decoder.Parameters)
            parameter.grad = null;
        return gradients;
    }

    static void Close(Decoder decoder, Tensor[] expected, Tensor whole, BatchLoss sum)
    {
        TensorAssert.Close(whole.detach(), sum.Loss, 1e-12, 1e-12, "loss");
        foreach (var (name, pair) in decoder.Parameters.Names.Zip(expected.Zip(Gradients(decoder))))
            TensorAssert.Close(pair.First, pair.Second, 1e-10, 1e-12, name);
    }
}
