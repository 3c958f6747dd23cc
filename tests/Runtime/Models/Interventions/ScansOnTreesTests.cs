using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Models.Trees;
using DcrDsl.Runtime.Tests.Models.Attachments;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models.Interventions;

/// <summary>Queries that are steered each by its score are read as a tree, and answered as padded rows are.</summary>
public class ScansOnTreesTests
{
    static readonly int[] System = [.. Enumerable.Range(3, 9)];

    /// <summary>Two are alike; none is the beginning of another.</summary>
    static readonly int[][] Queries =
    [
        [.. System, 30, 31, 32, 33],
        [.. System, 30, 31, 40],
        [11, 12, 13],
        [.. System, 30, 31, 32, 33],
        [.. System, 50],
        [.. System, 60, 61],
    ];

    /// <summary>With a query that is the beginning of another they are padded rows.</summary>
    static readonly int[][] WithinAnother = [.. Queries, System];

    static readonly int[][] Openers =
    [
        [5, 6, 7],
        [5, 8],
        [10],
    ];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Answers_are_those_of_padded_rows()
    {
        using var scope = NewDisposeScope();
        using var model = Steered();
        Assert.True(TreeReader.Reads(model.Decoder, Queries, longest: 20));
        Assert.False(TreeReader.Reads(model.Decoder, WithinAnother, longest: 20));

        var tree = Complete(Queries);
        var rows = Complete(WithinAnother);

        foreach (var (one, other) in tree.Zip(rows))
        {
            Assert.Equal(other.Tokens, one.Tokens);
            Assert.All(other.FirstLogits.Zip(one.FirstLogits), p => Assert.Equal(p.First, p.Second, 2e-5f));
        }

        IReadOnlyList<DecodedRow> Complete(int[][] prompts) =>
            Generation.Complete(model.Decoder, prompts, maxNewTokens: 6, stopTokens: [], cancellation: Cancellation);
    }

    [Fact]
    public void Likelihoods_are_those_of_padded_rows()
    {
        using var scope = NewDisposeScope();
        using var model = Steered();

        foreach (var (one, other) in Likelihoods(Queries).Zip(Likelihoods(WithinAnother)))
            Assert.Equal(other, one, 2e-5);

        IEnumerable<double> Likelihoods(int[][] contexts)
        {
            ContinuationTree[] trees = [.. contexts.Select(c => new ContinuationTree(c))];
            foreach (var tree in trees)
            foreach (int[] opener in Openers)
                tree.Add(opener);
            return TreePass.Run(model.Decoder, trees, batch: 8, Cancellation).SelectMany(edges => edges).Select(e => e.Log);
        }
    }

    /// <summary>Towards refusal and away from it, and not by nothing.</summary>
    static LanguageModel Steered()
    {
        var model = AttachedModel.Bare();
        double[] scores;
        using (var first = AttachedModel.Scans(threshold: 0))
            scores = [.. Queries.Select(q => first.Score(model.Decoder, q)).Order()];
        model.Attach(AttachedModel.Scans(threshold: (scores[2] + scores[3]) / 2));
        Assert.True(scores[2] < scores[3]);
        return model;
    }

    [Fact]
    public void A_text_that_begins_another_is_found()
    {
        Assert.True(
            TreeLayout.BeginsAnother([
                [1, 2, 3],
                [4],
                [1, 2],
            ])
        );
        Assert.True(
            TreeLayout.BeginsAnother([
                [1, 2],
                [1, 2],
                [1, 2, 9],
            ])
        );
        Assert.False(
            TreeLayout.BeginsAnother([
                [1, 2, 3],
                [1, 2, 4],
                [1, 2, 3],
            ])
        );
    }
}
