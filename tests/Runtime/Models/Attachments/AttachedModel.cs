using DcrDsl.Data.Corpus;
using DcrDsl.Models;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.Interventions;
using DcrDsl.Models.LowRank;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models.Attachments;

/// <summary>A small model over ToyWorld's words whose outputs depend on everything, and one attachment of each kind for it.</summary>
static class AttachedModel
{
    public static readonly DecoderConfig Shape = new()
    {
        VocabularySize = 576,
        HiddenSize = 16,
        IntermediateSize = 24,
        Layers = 3,
        Heads = 4,
        KeyValueHeads = 2,
        HeadDim = 4,
    };

    public static IEnumerable<TheoryDataRow<string>> Kinds => [new("ablation"), new("half ablation"), new("addition"), new("lora")];

    public static LanguageModel Bare(ulong seed = 1, bool tied = false) =>
        new(TestDecoder.Initialise(Shape with { TieEmbeddings = tied }, seed), new ToyWorldTokenizer());

    /// <summary>A model with an attachment that changes its outputs.</summary>
    public static LanguageModel With(string kind, bool tied = false)
    {
        var model = Bare(tied: tied);
        Attach(model, kind);
        return model;
    }

    public static Attachment Attach(LanguageModel model, string kind)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        switch (kind)
        {
            case "ablation":
                return model.Attach(new DirectionAblation(Direction(1)));
            case "half ablation":
                return model.Attach(new DirectionAblation(Direction(1), share: 0.5));
            case "addition":
                return model.Attach(Addition());
            default:
                var lora = model.Adapt(new LoraOptions { Rank = 2, Alpha = 4 }, seed: 3, "test");
                foreach (var parameter in lora.Parameters)
                    parameter.add_(0.05f);
                return lora;
        }
    }

    public static DirectionAddition Addition(IReadOnlyList<double>? rowFactors = null, IReadOnlyList<int>? firstPositions = null)
    {
        using var scope = NewDisposeScope();
        return new DirectionAddition(
            StreamSite.AttentionOutput,
            new Dictionary<int, Tensor> { [1] = Direction(1), [3] = Direction(2) },
            strength: 0.7
        )
        {
            RowFactors = rowFactors,
            FirstPositions = firstPositions,
        };
    }

    public static Tensor Direction(ulong seed) => TestDecoder.Tokens(Shape, 1, Shape.HiddenSize, seed).squeeze(0).to(float32) / 576 - 0.5;

    /// <summary>Logits of fixed texts, [2, 6, V]; not on the tape.</summary>
    public static Tensor Logits(LanguageModel model)
    {
        using var frozen = no_grad();
        return model.Decoder.Head(model.Decoder.Forward(TestDecoder.Tokens(Shape, rows: 2, length: 6)));
    }
}
