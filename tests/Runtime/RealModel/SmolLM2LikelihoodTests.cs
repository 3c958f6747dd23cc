using System.Text.Json;
using DcrDsl.Data;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;

namespace DcrDsl.Runtime.Tests.RealModel;

/// <summary>Log-likelihoods of the real model against transformers.</summary>
public sealed class SmolLM2LikelihoodTests(SmolLM2 real) : IClassFixture<SmolLM2>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void They_are_those_of_transformers_whatever_the_batch(bool laidOut)
    {
        var model = real.Model;
        using var products = laidOut ? new LaidOutProducts(model.Decoder) : null;
        using var json = Golden.Json(Golden.Folder("smollm2"), "cases.json");
        JsonElement[] cases = [.. json.RootElement.GetProperty("loglik").EnumerateArray()];
        Assert.NotEmpty(cases);
        EncodedText[] texts =
        [
            .. cases
                .Select(c => (Context: Integers(c.GetProperty("context_ids")), Continuation: Integers(c.GetProperty("continuation_ids"))))
                .Select(c => new EncodedText([.. c.Context, .. c.Continuation], c.Context.Length)),
        ];
        foreach (int batch in (int[])[32, 1])
        {
            var likelihoods = ContinuationLikelihood.Of(model.Decoder, texts, batch, TestContext.Current.CancellationToken);
            Assert.All(
                cases.Zip(likelihoods),
                p =>
                {
                    Assert.Equal(p.First.GetProperty("loglik").GetDouble(), p.Second.Log, 2e-3);
                    Assert.Equal(p.First.GetProperty("is_greedy").GetBoolean(), p.Second.IsGreedy);
                }
            );
        }
    }

    static int[] Integers(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetInt32())];
}
