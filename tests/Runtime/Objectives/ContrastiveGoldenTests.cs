using System.Text.Json;
using DcrDsl.Models.SafeTensors;
using DcrDsl.Objectives;
using DcrDsl.Training;
using static TorchSharp.torch;
using LossReducer = DcrDsl.Specs.LossReducer;
using PairDistance = DcrDsl.Specs.PairDistance;

namespace DcrDsl.Runtime.Tests.Objectives;

/// <summary>
/// Every objective of golden/losses on every batch, value and gradient, in float32 and float64. An objective that is not there yet is
/// skipped by name: it needs a file in Objectives and a line in <see cref="Objectives"/>.
/// </summary>
public class ContrastiveGoldenTests
{
    /// <summary>What a reference is declared as.</summary>
    static readonly Dictionary<string, Func<JsonElement, LossReducer, PairDistance, Specs.ContrastiveObjective>> Objectives = new()
    {
        ["CircleLoss"] = (p, reducer, _) =>
            new Specs.CircleLoss
            {
                Margin = Number(p, "m"),
                Scale = Number(p, "gamma"),
                Reducer = reducer,
            },
        ["circle-pairwise"] = (p, _, _) => new Specs.PairwiseCircleLoss { Margin = Number(p, "m"), Scale = Number(p, "gamma") },
        ["SupConLoss"] = (p, reducer, _) => new Specs.SupConLoss { Temperature = Number(p, "temperature"), Reducer = reducer },
        ["NTXentLoss"] = (p, reducer, _) => new Specs.NTXentLoss { Temperature = Number(p, "temperature"), Reducer = reducer },
        ["TripletMarginLoss"] = (p, reducer, distance) =>
            new Specs.TripletMarginLoss
            {
                Margin = Number(p, "margin"),
                Distance = distance,
                Smooth = Truth(p, "smooth_loss"),
                Swap = Truth(p, "swap"),
                Reducer = reducer,
            },
        ["ContrastiveLoss"] = (p, reducer, distance) =>
            new Specs.ContrastiveMarginLoss
            {
                PositiveMargin = Number(p, "pos_margin"),
                NegativeMargin = Number(p, "neg_margin"),
                Distance = distance,
                Reducer = reducer,
            },
        ["MultiSimilarityLoss"] = (p, reducer, _) =>
            new Specs.MultiSimilarityLoss
            {
                Alpha = Number(p, "alpha"),
                Beta = Number(p, "beta"),
                Threshold = Number(p, "base"),
                Reducer = reducer,
            },
        ["infonce-one-positive"] = (p, _, _) => new Specs.InfoNceLoss { Temperature = Number(p, "temperature") },
        ["infonce-in-batch"] = (p, _, _) => new Specs.InBatchInfoNceLoss { Temperature = Number(p, "temperature") },
    };

    static double Number(JsonElement parameters, string name) => parameters.GetProperty(name).GetDouble();

    static bool Truth(JsonElement parameters, string name) => parameters.TryGetProperty(name, out var value) && value.GetBoolean();

    public static IEnumerable<TheoryDataRow<string>> Names()
    {
        if (Golden.TryFolder("losses") is not { } folder)
            yield break;
        using var json = Golden.Json(folder, "cases.json");
        foreach (var row in json.RootElement.GetProperty("objectives").EnumerateArray())
            yield return new(row.GetProperty("name").GetString()!);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Names))]
    public void An_objective_has_the_reference_value_and_gradient_on_every_batch(string name)
    {
        string folder = Golden.Folder("losses");
        using var json = Golden.Json(folder, "cases.json");
        var objective = json.RootElement.GetProperty("objectives").EnumerateArray().Single(o => o.GetProperty("name").GetString() == name);
        string kind = objective.GetProperty("loss").GetString()!;
        Assert.SkipUnless(Objectives.TryGetValue(kind, out var declared), $"the objective {kind} is not there yet");
        var reducer = objective.GetProperty("reducer").GetString()!.StartsWith("MeanReducer", StringComparison.Ordinal)
            ? LossReducer.Mean
            : LossReducer.MeanOfNonZero;
        var distance = objective.GetProperty("distance").GetString() == "LpDistance" ? PairDistance.Euclidean : PairDistance.Cosine;

        var loss = DeclaredObjective.Function(declared(objective.GetProperty("params"), reducer, distance));

        using var inputs = SafeTensorsFile.Open(Path.Combine(folder, "inputs.safetensors"));
        using var expected = SafeTensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        int compared = 0;
        foreach (
            var row in json.RootElement.GetProperty("cases").EnumerateArray().Where(c => c.GetProperty("objective").GetString() == name)
        )
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            using var scope = NewDisposeScope();
            string batch = row.GetProperty("batch").GetString()!,
                what = $"{batch}, {type}";
            var x = inputs.Load($"{batch}.x", type).requires_grad_();
            var value = loss(x, inputs.Load($"{batch}.y"));
            value.backward();
            Compare(row, type, value, x.grad!, expected.Load($"{batch}/{name}.grad64"), what);
            compared++;
        }
        Assert.True(compared > 0, "no batch has this objective");
    }

    static void Compare(JsonElement row, ScalarType type, Tensor value, Tensor gradient, Tensor gradient64, string what)
    {
        double Number(string field) => Golden.Number(row.GetProperty(field));
        double value64 = Number("value64"),
            largest = Number("grad_max64");
        Assert.True(isfinite(gradient).all().item<bool>(), $"{what}: the gradient is not finite");
        if (row.GetProperty("kink").GetBoolean())
            return; // rounding decides there which terms count
        if (type == float64)
        {
            // A row of norm below 1e-12 has a gradient of up to 1e13: its small elements are the rest of a cancellation.
            bool degenerate = row.GetProperty("batch").GetString() is "zero-vector" or "below-eps";
            // Where a softmax is all but 1, the reference is the rest of a difference of logarithms and has no digit below 1e-16, its
            // gradients none below 1e-8 of the largest.
            bool rest =
                row.GetProperty("batch").GetString() == "separated"
                && row.GetProperty("objective").GetString()!.Split('-')[0] is "supcon" or "infonce";
            TensorAssert.Close(tensor(value64), value, 1e-9, rest ? 1e-16 : 0, $"{what}: value");
            TensorAssert.Close(
                gradient64,
                gradient,
                1e-9,
                rest ? 3e-8 * largest
                    : degenerate ? 1e-9 * largest
                    : 1e-12 * largest,
                $"{what}: gradient"
            );
        }
        else
        {
            TensorAssert.Close(
                tensor(value64),
                value,
                0,
                4 * Number("noise_value") + 2e-6 * Math.Max(1, Math.Abs(value64)),
                $"{what}: value"
            );
            TensorAssert.Close(gradient64, gradient, 0, 4 * Number("noise_grad") + 1e-5 * largest, $"{what}: gradient");
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Training_a_linear_map_with_the_circle_loss_follows_the_reference(ScalarType type)
    {
        string path = Path.Combine(Golden.Folder("losses"), "circle-linear.safetensors"),
            bits = type == float64 ? "64" : "32";
        using var scope = NewDisposeScope();
        using var file = SafeTensorsFile.Open(path);
        Tensor Load(string name) => file.Load(file.Entries.ContainsKey(name) ? name : $"{name}.{bits}", name == "y" ? null : type);
        var (x, y, w, b, losses) = (Load("x"), Load("y"), Load("w0").requires_grad_(), Load("b0").requires_grad_(), Load("losses"));
        var (relative, absolute) = type == float64 ? (1e-9, 1e-12) : (2e-5, 2e-5);
        using var sgd = new Sgd([w, b]);
        for (int step = 0; step < 5; step++)
        {
            var loss = ContrastiveLoss.Circle(x.matmul(w.t()) + b, y, margin: 0.25, scale: 64);
            loss.backward();
            TensorAssert.Close(losses[step], loss, relative, absolute, $"loss before step {step}");
            if (step == 0)
            {
                TensorAssert.Close(Load("grad_w0"), w.grad!, relative, absolute, "gradient of w");
                TensorAssert.Close(Load("grad_b0"), b.grad!, relative, absolute, "gradient of b");
            }
            sgd.Step(0.05);
            sgd.ZeroGradients();
            if (step is not (0 or 4))
                continue;
            TensorAssert.Close(Load($"w{step + 1}"), w, relative, absolute, $"w after step {step}");
            TensorAssert.Close(Load($"b{step + 1}"), b, relative, absolute, $"b after step {step}");
        }
    }
}
