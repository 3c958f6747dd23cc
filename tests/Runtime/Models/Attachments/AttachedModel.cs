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

    public static IEnumerable<TheoryDataRow<string>> Kinds =>
        [new("ablation"), new("half ablation"), new("addition"), new("surgical"), new("surgical with addition"), new("scans"), new("lora")];

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
            case "surgical":
                return model.Attach(Surgical(null));
            case "surgical with addition":
                return model.Attach(Surgical((Direction(4), 2, 0.7)));
            case "scans":
                return model.Attach(Scans(threshold: 0));
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

    /// <summary>Two directions ablated, which are not at right angles.</summary>
    static SurgicalSteering Surgical((Tensor, int, double)? added)
    {
        DirectionCandidate first = new(-1, 2, 3.5, CandidateFate.Kept, 0.1, -2, Rank: 1),
            second = new(-1, 3, 2.5, CandidateFate.NoDirection);
        return new(
            stack([Direction(1), Direction(2)]),
            stack([Direction(1), Direction(2)]).unsqueeze(0),
            new DirectionSelection([new KeptPrompts("Cut.Toxic", 128, 120)], -1, new DirectionTable(0.2, [first, second])),
            added: added
        );
    }

    /// <summary>Queries are steered by the sign of their score.</summary>
    public static ScansSteering Scans(double threshold)
    {
        using var scope = NewDisposeScope();
        Tensor vectors = stack([Direction(1), Direction(2), Direction(3)]),
            references = stack([Direction(4), Direction(5), Direction(6)]);
        return new(vectors, references, [7, 9], 0.7, new AnchorScores(threshold, [0.5], [0.25], new(2, 3), new(2, 3)));
    }

    public static Tensor Direction(ulong seed) => TestDecoder.Tokens(Shape, 1, Shape.HiddenSize, seed).squeeze(0).to(float32) / 576 - 0.5;

    /// <summary>Logits of fixed texts, whose first tokens are what is asked, [2, 6, V]; not on the tape.</summary>
    public static Tensor Logits(LanguageModel model)
    {
        using var frozen = no_grad();
        var tokens = TestDecoder.Tokens(Shape, rows: 2, length: 6);
        int[][] asked = [.. tokens.unbind(0).Select(row => row.data<long>().Take(3).Select(t => (int)t).ToArray())];
        return model.Decoder.Head(model.Decoder.Forward(tokens, attentionMask: null, cache: null, model.Decoder.StandingFor(asked)));
    }
}
