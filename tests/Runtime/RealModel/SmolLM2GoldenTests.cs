using System.Text.Json;
using System.Text.RegularExpressions;
using DcrDsl.Data;
using DcrDsl.Data.Batches;
using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Models.SafeTensors;
using DcrDsl.Objectives;
using DcrDsl.Tensors;
using DcrDsl.Tokenizers;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.RealModel;

/// <summary>
/// The real model against transformers, in float32: logits and hidden states, greedy tokens alone and in batches, both objectives with
/// their gradients.
/// </summary>
public sealed partial class SmolLM2GoldenTests(SmolLM2 real) : IClassFixture<SmolLM2>
{
    static readonly string? Set = Golden.TryFolder("smollm2");

    static JsonElement Case(string name)
    {
        using var json = Golden.Json(Golden.Folder("smollm2"), "cases.json");
        return json.RootElement.GetProperty(name).Clone();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Logits_and_hidden_states_are_those_of_transformers(bool laidOut)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var decoder = Model().Decoder;
        using var products = laidOut ? new LaidOutProducts(decoder) : null;
        using var expected = SafeTensorsFile.Open(Path.Combine(Set!, "expected.safetensors"));
        foreach (var (k, forward) in Case("forward").EnumerateArray().Index())
        {
            using var one = NewDisposeScope();
            var tokens = Tokens(Integers(forward.GetProperty("ids")));
            var logits = decoder.Head(decoder.Forward(tokens))[0];
            TensorAssert.Close(expected.Load($"forward.{k}.logits_last"), logits[-1], 0, 2e-3, $"forward {k}, last logits");
            TensorAssert.Close(expected.Load($"forward.{k}.logsumexp"), logits.logsumexp(1), 0, 2e-3, $"forward {k}, logsumexp");
            var top = expected.Load($"forward.{k}.top5_ids").to(int64);
            TensorAssert.Close(expected.Load($"forward.{k}.top5_values"), logits.gather(1, top), 0, 2e-3, $"forward {k}, five best");
            foreach (string name in expected.Entries.Keys.Where(n => n.StartsWith($"forward.{k}.hidden_last.", StringComparison.Ordinal)))
            {
                var hidden = expected.Load(name);
                var ours = decoder.HiddenAfter(tokens, int.Parse(name.Split('.')[^1], System.Globalization.CultureInfo.InvariantCulture))[
                    0,
                    -1
                ];
                TensorAssert.Close(hidden, ours, 0, 1e-5 * hidden.abs().max().ToDouble(), name);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Greedy_tokens_are_those_of_transformers_alone_and_in_batches(bool laidOut)
    {
        var model = Model();
        using var products = laidOut ? new LaidOutProducts(model.Decoder) : null;
        JsonElement[] cases = [.. Case("greedy").EnumerateArray()];
        int[][] prompts = [.. cases.Select(c => Integers(c.GetProperty("ids")))],
            expected = [.. cases.Select(c => Integers(c.GetProperty("tokens")))];
        foreach (int[] rows in Enumerable.Range(0, cases.Length).Chunk(8))
        {
            var together = Complete([.. rows.Select(r => prompts[r])]);
            Assert.Equal(rows.Select(r => Integers(cases[r].GetProperty("tokens_in_batch_of_8"))), together);
        }
        foreach (int row in Enumerable.Range(0, cases.Length).Where(r => r % 6 == 0))
            Assert.Equal(expected[row], Assert.Single(Complete([prompts[row]])));

        List<int[]> Complete(int[][] rows) =>
            [
                .. Generation
                    .Complete(model.Decoder, rows, 24, model.Chat.StopTokens, cancellation: TestContext.Current.CancellationToken)
                    .Select(c => c.Tokens),
            ];
    }

    [Fact]
    public void Prompts_are_written_as_its_chat_template_writes_them()
    {
        var chat = Model().Chat;
        foreach (var one in Case("greedy").EnumerateArray())
        {
            if (UserText().Match(one.GetProperty("prompt").GetString()!) is not { Success: true } said)
                continue;
            Assert.Equal(Integers(one.GetProperty("ids")), chat.Prompt(said.Groups[1].Value));
            Assert.Equal(one.GetProperty("text").GetString(), chat.Decode(Integers(one.GetProperty("tokens"))));
        }
        var sft = Case("sft");
        int[] prompt = Integers(sft.GetProperty("prompt_ids")[0]),
            response = Integers(sft.GetProperty("response_ids")[0]);
        string user = UserText().Match(Tokenizer().Decode(prompt, skipSpecialTokens: false)).Groups[1].Value;
        var (tokens, start) = chat.Answered(user, chat.Decode(response));
        Assert.Equal([.. prompt, .. response], tokens.Take(prompt.Length + response.Length));
        Assert.Equal(prompt.Length, start);
    }

    [Fact]
    public void The_refinement_has_the_loss_and_gradients_of_the_reference()
    {
        using var scope = NewDisposeScope();
        var refine = Case("refine");
        using var decoder = Model().Decoder.Clone();
        int[][] prompts = [.. refine.GetProperty("ids").EnumerateArray().Select(Integers)];
        int layer = refine.GetProperty("layer").GetInt32();
        var tokens = PackedTokens.Of([.. prompts.Select(p => new ArraySegment<int>(p))], CPU);
        var embeddings = HiddenStates.LastPromptToken(decoder.HiddenAfter(tokens, layer), tokens.Spans);
        using (var expected = SafeTensorsFile.Open(Path.Combine(Set!, "expected.safetensors")))
        {
            var reference = expected.Load("refine.embeddings");
            TensorAssert.Close(reference, embeddings, 0, 1e-5 * reference.abs().max().ToDouble(), "embeddings");
        }
        var labels = tensor(Integers(refine.GetProperty("labels")).Select(l => (long)l).ToArray());
        var loss = ContrastiveLoss.Circle(
            embeddings,
            labels,
            refine.GetProperty("margin").GetDouble(),
            refine.GetProperty("scale").GetDouble()
        );
        RequireGradients(decoder, loss, refine);
    }

    [Fact]
    public void Fine_tuning_has_the_loss_and_gradients_of_the_reference()
    {
        using var scope = NewDisposeScope();
        var sft = Case("sft");
        using var decoder = Model().Decoder.Clone();
        int[][] prompts = [.. sft.GetProperty("prompt_ids").EnumerateArray().Select(Integers)],
            responses = [.. sft.GetProperty("response_ids").EnumerateArray().Select(Integers)];
        var predicted = ResponseTargets.Of([.. prompts.Zip(responses, (p, r) => new EncodedText([.. p, .. r], p.Length))], CPU);
        var logits = decoder.Head(HiddenStates.Rows(decoder.Forward(predicted.Inputs), tensor(predicted.Rows)));
        RequireGradients(decoder, LanguageModelLoss.CrossEntropy(logits, tensor(predicted.Targets)), sft);
    }

    static void RequireGradients(Decoder decoder, Tensor loss, JsonElement expected)
    {
        Assert.Equal(1, loss.ToDouble() / expected.GetProperty("loss").GetDouble(), 1e-4);
        loss.backward();
        var norms = expected.GetProperty("gradient_norms");
        foreach (var (name, parameter) in decoder.Parameters.Names.Zip(decoder.Parameters))
        {
            if (norms.TryGetProperty(name, out var norm))
                Assert.Equal(1, parameter.grad!.norm().ToDouble() / norm.GetDouble(), 1e-3);
            else
                Assert.True(parameter.grad is null, $"{name} has a gradient");
        }
    }

    LanguageModel Model()
    {
        Golden.Folder("smollm2");
        return real.Model;
    }

    static HuggingFaceTokenizer Tokenizer() => HuggingFaceTokenizer.Open(Path.Combine(SmolLM2.Folder(), "tokenizer.json"));

    static Tensor Tokens(int[] ids) => tensor(ids.Select(i => (long)i).ToArray(), [1, ids.Length]);

    static int[] Integers(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetInt32())];

    [GeneratedRegex(@"<\|im_start\|>user\n(.*?)<\|im_end\|>", RegexOptions.Singleline)]
    private static partial Regex UserText();
}
