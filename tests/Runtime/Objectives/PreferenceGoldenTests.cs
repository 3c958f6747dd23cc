using System.Text.Json;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.LowRank;
using DcrDsl.Models.SafeTensors;
using DcrDsl.Objectives;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Objectives;

/// <summary>
/// Every case of golden/dpo: a policy and a reference, each a base with an adapter, and a loss of their log-probabilities; token by token,
/// with rewards and with gradients of the policy's adapter, within the tolerances that its README recommends.
/// </summary>
public class PreferenceGoldenTests
{
    delegate Tensor Loss(Tensor policy, Tensor reference, Tensor lengths);

    static Loss Of(JsonElement row)
    {
        double beta = row.GetProperty("beta").GetDouble(),
            smoothing = row.TryGetProperty("label_smoothing", out var given) ? given.GetDouble() : 0;
        return row.GetProperty("loss_type").GetString() switch
        {
            "sigmoid" => (p, r, n) => PreferenceLoss.Sigmoid(p, r, n, beta),
            "cdpo" => (p, r, n) => PreferenceLoss.Conservative(p, r, n, beta, smoothing),
            "robust" => (p, r, n) => PreferenceLoss.Robust(p, r, n, beta, smoothing),
            "ipo" => (p, r, n) => PreferenceLoss.Ipo(p, r, n, beta, lengthNormalised: true),
            "ipo-sum" => (p, r, n) => PreferenceLoss.Ipo(p, r, n, beta, lengthNormalised: false),
            "hinge" => (p, r, n) => PreferenceLoss.Hinge(p, r, n, beta),
            "sigmoid_norm" => (p, r, n) => PreferenceLoss.LengthNormalisedSigmoid(p, r, n, beta),
            var other => throw new InvalidOperationException($"golden/dpo has a loss '{other}' that is not here"),
        };
    }

    public static IEnumerable<TheoryDataRow<string>> Settings()
    {
        if (Golden.TryFolder("dpo") is not { } folder)
            yield break;
        using var json = Golden.Json(folder, "cases.json");
        foreach (var setting in json.RootElement.GetProperty("settings").EnumerateArray())
            yield return new(setting.GetProperty("name").GetString()!);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Settings))]
    public void Losses_rewards_and_gradients_are_those_of_the_reference(string setting)
    {
        string folder = Golden.Folder("dpo");
        using var json = Golden.Json(folder, "cases.json");
        using var expected = SafeTensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        var models = json.RootElement.GetProperty("settings").EnumerateArray().Single(s => Name(s) == setting);
        JsonElement[] cases =
        [
            .. json.RootElement.GetProperty("cases").EnumerateArray().Where(c => c.GetProperty("setting").GetString() == setting),
        ];
        Assert.NotEmpty(cases);
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            using var scope = NewDisposeScope();
            bool isDouble = type == ScalarType.Float64;
            string digits = isDouble ? "64" : "32";
            var batch = Batch.Read(folder);
            var reference = Frozen(folder, models.GetProperty("reference").GetString()!, type, batch, out var referenceTokens);
            using var policy = Opened(folder, models.GetProperty("policy").GetString()!, type, out var adapter);
            using var trained = adapter!;
            var tokens = batch.TokenLogs(policy);
            // The reference's rotary frequencies are double in double precision, and the decoder's single, as in golden/peft.
            double near = isDouble ? 1e-6 : 2e-5;
            TensorAssert.Close(batch.Of(expected.Load($"{setting}.policy_token_logps.{digits}")), tokens, 0, near, "policy tokens");
            TensorAssert.Close(batch.Of(expected.Load($"{setting}.reference_token_logps.{digits}")), referenceTokens, 0, near, "reference");

            foreach (var row in cases)
            {
                using var inner = NewDisposeScope();
                foreach (var parameter in trained.Parameters)
                    parameter.grad?.zero_();
                var values = batch.Sums(batch.TokenLogs(policy));
                var loss = Of(row)(values, reference, batch.Lengths);
                loss.backward();
                string what = $"{Name(row)}, {type}";
                bool squares = row.GetProperty("loss_type").GetString()!.StartsWith("ipo", StringComparison.Ordinal);
                double wanted = row.GetProperty("loss").GetDouble();
                Assert.Equal(wanted, loss.to(float64).item<double>(), Math.Abs(wanted) * (squares ? 1e-4 : 2e-5) * (isDouble ? 0.01 : 1));
                Rewards(row, values, reference, isDouble ? 1e-6 : 2e-5, exact: setting != "start" || isDouble, what);
                Gradients(expected, row, trained, isDouble, what);
            }
        }
    }

    static void Rewards(JsonElement row, Tensor policy, Tensor reference, double near, bool exact, string what)
    {
        double beta = row.GetProperty("beta").GetDouble();
        double[] all = TensorAssert.Doubles(policy.sub(reference));
        double[] chosen = Doubles(row, "chosen_rewards"),
            rejected = Doubles(row, "rejected_rewards"),
            right = Doubles(row, "accuracies");
        int pairs = chosen.Length;
        Assert.Equal(2 * pairs, all.Length);
        for (int i = 0; i < pairs; i++)
        {
            Assert.Equal(chosen[i], beta * all[i], near * (1 + Math.Abs(chosen[i])));
            Assert.Equal(rejected[i], beta * all[pairs + i], near * (1 + Math.Abs(rejected[i])));
            if (exact)
                Assert.True(right[i] == (all[i] > all[pairs + i] ? 1 : 0), $"{what}: accuracy of pair {i}");
        }
    }

    static void Gradients(SafeTensorsFile expected, JsonElement row, LoraAdapter adapter, bool isDouble, string what)
    {
        double squares = 0;
        foreach (string tensor in adapter.Parameters.Names)
        {
            using var gradient = adapter.Parameters[tensor].grad ?? zeros_like(adapter.Parameters[tensor]);
            squares += gradient.to(float64).square().sum().item<double>();
            // With B = 0 nothing comes through to A.
            if (row.GetProperty("setting").GetString() == "start" && tensor.Contains("lora_A", StringComparison.Ordinal))
                Assert.Equal(0, gradient.abs().max().to(float64).item<double>());
            string digits = isDouble && expected.Entries.ContainsKey($"{Name(row)}.grad64.{tensor}") ? "grad64" : "grad";
            if (!expected.Entries.ContainsKey($"{Name(row)}.{digits}.{tensor}"))
                continue;
            var wanted = expected.Load($"{Name(row)}.{digits}.{tensor}");
            double largest = wanted.abs().max().to(float64).item<double>();
            TensorAssert.Close(wanted, gradient, 0, largest * (digits == "grad64" ? 1e-6 : 5e-5), $"{what}: {tensor}");
        }
        double norm = row.GetProperty("grad_norm").GetDouble();
        Assert.Equal(norm, Math.Sqrt(squares), norm * (isDouble ? 1e-6 : 5e-5) + 1e-12);
    }

    static Tensor Frozen(string folder, string model, ScalarType type, Batch batch, out Tensor tokens)
    {
        using var frozen = no_grad();
        using var decoder = Opened(folder, model, type, out var adapter);
        tokens = batch.TokenLogs(decoder);
        var sums = batch.Sums(tokens);
        adapter?.Dispose();
        return sums;
    }

    /// <summary>"../peft/base + ../peft/qv-r2/adapter_model.safetensors"; the second is a file or a folder, and may be missing.</summary>
    static Decoder Opened(string folder, string model, ScalarType type, out LoraAdapter? adapter)
    {
        string[] parts = model.Split(" + ");
        var decoder = HuggingFaceDirectory.Open(Path.Combine(folder, parts[0]), CPU, type);
        adapter = null;
        if (parts.Length == 1)
            return decoder;
        string weights = Path.Combine(folder, parts[1]);
        if (Directory.Exists(weights))
            weights = Path.Combine(weights, "adapter_model.safetensors");
        adapter = Models.Lora.GoldenAdapter.Put(Path.GetDirectoryName(weights)!, Path.GetFileName(weights), decoder);
        return decoder;
    }

    static string Name(JsonElement row) => row.GetProperty("name").GetString()!;

    static double[] Doubles(JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(Golden.Number)];

    /// <summary>The pairs: rows of prompt and answer, and which tokens are the answer's.</summary>
    sealed record Batch(Tensor Tokens, Tensor Mask, Tensor Rows, Tensor Targets, Tensor Answers, Tensor Lengths)
    {
        public static Batch Read(string folder)
        {
            using var inputs = SafeTensorsFile.Open(Path.Combine(folder, "inputs.safetensors"));
            Tensor tokens = inputs.Load("input_ids"),
                mask = inputs.Load("completion_mask").narrow(1, 1, tokens.shape[1] - 1).ne(0);
            long width = tokens.shape[1];
            var places = mask.nonzero();
            Tensor answers = places.select(1, 0),
                columns = places.select(1, 1);
            return new(tokens, mask, answers * width + columns, tokens.narrow(1, 1, width - 1)[mask], answers, mask.sum(1, type: int64));
        }

        public Tensor TokenLogs(Decoder decoder) =>
            AnswerLogProbabilities.OfTokens(decoder.Head(HiddenStates.Rows(decoder.Forward(Tokens).flatten(0, 1), Rows)), Targets);

        public Tensor Sums(Tensor tokenLogs) => tokenLogs.SumsOf(Answers, Lengths.shape[0]);

        /// <summary>What a golden array [2n, T − 1] has for answer tokens.</summary>
        public Tensor Of(Tensor golden) => golden[Mask];
    }
}
