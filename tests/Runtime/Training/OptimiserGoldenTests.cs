using System.Text.Json;
using DcrDsl.Models.SafeTensors;
using DcrDsl.Training;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Training;

/// <summary>Every optimiser run of golden/optim, in float32 and float64.</summary>
public class OptimiserGoldenTests
{
    static readonly Dictionary<string, Func<ParameterGroup[], JsonElement, IOptimiser>> Optimisers = new()
    {
        ["AdamW"] = (groups, o) =>
            new AdamW(
                groups,
                o.GetProperty("betas")[0].GetDouble(),
                o.GetProperty("betas")[1].GetDouble(),
                o.GetProperty("eps").GetDouble(),
                Flag(o, "amsgrad")
            ),
        ["Adam"] = (groups, o) =>
            new Adam(
                groups,
                o.GetProperty("betas")[0].GetDouble(),
                o.GetProperty("betas")[1].GetDouble(),
                o.GetProperty("eps").GetDouble(),
                Flag(o, "amsgrad")
            ),
        ["SGD"] = (groups, o) =>
            new Sgd(
                groups.Single().Parameters,
                o.GetProperty("momentum").GetDouble(),
                o.GetProperty("dampening").GetDouble(),
                groups[0].WeightDecay,
                Flag(o, "nesterov")
            ),
    };

    static bool Flag(JsonElement options, string name) => options.TryGetProperty(name, out var value) && value.GetBoolean();

    public static IEnumerable<TheoryDataRow<string, ScalarType>> Cases()
    {
        if (Golden.TryFolder("optim") is not { } folder)
            yield break;
        using var json = Golden.Json(folder, "cases.json");
        foreach (var row in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            yield return new(row.GetProperty("name").GetString()!, ScalarType.Float32);
            yield return new(row.GetProperty("name").GetString()!, ScalarType.Float64);
        }
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void A_run_follows_the_reference_step_by_step(string name, ScalarType type)
    {
        string folder = Golden.Folder("optim");
        using var json = Golden.Json(folder, "cases.json");
        var run = json.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        string kind = run.GetProperty("optimizer").GetString()!;
        Assert.SkipUnless(Optimisers.ContainsKey(kind), $"there is no optimiser {kind}");

        using var scope = NewDisposeScope();
        using var inputs = SafeTensorsFile.Open(Path.Combine(folder, "inputs.safetensors"));
        using var expected = SafeTensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        var options = run.GetProperty("groups").EnumerateArray().ToArray();
        string[] names = [.. options.SelectMany(g => g.GetProperty("params").EnumerateArray()).Select(p => p.GetString()!)];
        var parameters = names.ToDictionary(p => p, p => inputs.Load($"param.{p}", type).requires_grad_());
        var gradients = names.ToDictionary(p => p, p => inputs.Load($"grad.{p}", type));
        double[] rates = [.. run.GetProperty("lr_used").EnumerateArray().Select(r => r.GetDouble())];
        int accumulate = run.TryGetProperty("accumulate", out var parts) ? parts.GetInt32() : 1;
        var missing = run.TryGetProperty("missing", out var listed)
            ? listed.EnumerateObject().SelectMany(p => p.Value.EnumerateArray().Select(s => (p.Name, s.GetInt32()))).ToHashSet()
            : [];

        using var optimiser = Optimisers[kind]
            (
                [
                    .. options.Select(g => new ParameterGroup(
                        [.. g.GetProperty("params").EnumerateArray().Select(p => parameters[p.GetString()!])],
                        g.GetProperty("weight_decay").GetDouble(),
                        g.GetProperty("lr").GetDouble() / options[0].GetProperty("lr").GetDouble()
                    )),
                ],
                options[0]
            );

        int steps = json.RootElement.GetProperty("steps").GetInt32();
        for (int row = 0; row < steps; row++)
        {
            foreach (string p in names.Where(p => !missing.Contains((p, row))))
                parameters[p].grad = parameters[p].grad is { } sum ? sum + gradients[p][row] / accumulate : gradients[p][row] / accumulate;
            if ((row + 1) % accumulate == 0)
            {
                int step = row / accumulate;
                if (run.TryGetProperty("schedule", out var schedule))
                {
                    Assert.Equal("linear", schedule.GetString());
                    Assert.Equal(
                        rates[step],
                        Schedules.Linear(
                            step,
                            options[0].GetProperty("lr").GetDouble(),
                            run.GetProperty("warmup").GetInt32(),
                            run.GetProperty("total").GetInt32()
                        ),
                        1e-17
                    );
                }
                if (run.TryGetProperty("max_norm", out var limit))
                {
                    var norm = Gradients.Clip(parameters.Values, limit.GetDouble());
                    TensorAssert.Close(
                        tensor(run.GetProperty("norms_before_clip64")[step].GetDouble()),
                        norm,
                        type == float64 ? 1e-11 : 1e-6,
                        0,
                        $"norm before step {step}"
                    );
                }
                optimiser.Step(rates[step]);
                optimiser.ZeroGradients();
            }
            foreach (string p in names)
                CheckParameter($"{name}.{p}", row, parameters[p]);
        }

        var state = optimiser.ExportState().ToDictionary(s => s.Name, s => s.Value);
        string bits = type == float64 ? ".64" : ".32";
        foreach (
            string saved in expected.Entries.Keys.Where(k =>
                k.StartsWith($"{name}.state.", StringComparison.Ordinal) && k.EndsWith(bits, StringComparison.Ordinal)
            )
        )
        {
            string[] part = saved[$"{name}.state.".Length..].Split('.'); // parameter, PyTorch's name of the state, bits
            TensorAssert.Close(
                expected.Load(saved),
                state[$"{Array.IndexOf(names, part[0])}.{part[1]}"],
                type == float64 ? 1e-11 : 1e-5,
                type == float64 ? 1e-18 : 1e-9,
                saved
            );
        }

        void CheckParameter(string key, int row, Tensor actual)
        {
            var wide = expected.Load($"{key}.64")[row];
            if (type == float64)
                TensorAssert.Close(wide, actual, 1e-11, 0, $"{key} after row {row}");
            else
            {
                TensorAssert.Close(wide, actual, 0, 1e-5, $"{key} after row {row}, against float64");
                TensorAssert.Close(expected.Load($"{key}.32")[row], actual, 0, 2e-6, $"{key} after row {row}, against float32");
            }
        }
    }
}
