using DcrDsl.Models.SafeTensors;
using DcrDsl.Specs;
using DcrDsl.Training;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Training;

public class ClippingTests
{
    static readonly Dictionary<double, GradientNorm> Norms = new()
    {
        [1] = GradientNorm.L1,
        [2] = GradientNorm.L2,
        [double.PositiveInfinity] = GradientNorm.Max,
    };

    public static IEnumerable<TheoryDataRow<string>> Cases()
    {
        if (Golden.TryFolder("optim") is not { } folder)
            yield break;
        using var json = Golden.Json(folder, "cases.json");
        foreach (var row in json.RootElement.GetProperty("clip").EnumerateArray())
            yield return new(row.GetProperty("name").GetString()!);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void Clipping_gives_the_reference_norm_and_gradients(string name)
    {
        string folder = Golden.Folder("optim");
        using var json = Golden.Json(folder, "cases.json");
        var clip = json.RootElement.GetProperty("clip").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        using var scope = NewDisposeScope();
        using var inputs = SafeTensorsFile.Open(Path.Combine(folder, "inputs.safetensors"));
        using var expected = SafeTensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        var none = clip.GetProperty("none").EnumerateArray().Select(i => i.GetInt32()).ToHashSet();
        var parameters = Enumerable
            .Range(0, clip.GetProperty("tensors").GetInt32())
            .Select(i =>
            {
                if (none.Contains(i))
                    return zeros(1).requires_grad_();
                var gradient = inputs.Load($"clip.{name}.{i}");
                var parameter = zeros_like(gradient).requires_grad_();
                parameter.grad = gradient;
                return parameter;
            })
            .ToArray();
        double maxNorm = clip.GetProperty("max_norm").GetDouble();
        var norm = Gradients.Clip(parameters, maxNorm, Norms[Golden.Number(clip.GetProperty("norm_type"))]);
        Assert.Equal([], norm.shape);
        if (clip.GetProperty("error").ValueKind != System.Text.Json.JsonValueKind.Null)
        {
            // Where the reference throws, the norm tells it: a run looks at the norm of every step.
            var watch = new DivergenceWatch();
            watch.Look(0, zeros([]), norm);
            Assert.NotNull(watch.Known);
            return;
        }
        TensorAssert.Close(tensor(Golden.Number(clip.GetProperty("norm"))), norm, 1e-6, 0, "norm");
        for (int i = 0; i < parameters.Length; i++)
            if (none.Contains(i))
                Assert.Null(parameters[i].grad);
            else
                TensorAssert.Close(expected.Load($"clip.{name}.{i}"), parameters[i].grad!, 1e-6, 0, $"gradient {i}");
    }

    [Fact]
    public void The_scale_is_the_limit_over_the_norm_and_a_millionth()
    {
        using var scope = NewDisposeScope();
        var parameter = zeros(2, float64).requires_grad_();
        parameter.grad = tensor(new[] { 3.0, 4.0 });
        Gradients.Clip([parameter], 1);
        TensorAssert.Close(tensor(new[] { 3 / 5.000001, 4 / 5.000001 }), parameter.grad, 1e-14, 0, "gradient");
    }

    [Fact]
    public void A_norm_within_the_limit_leaves_gradients_as_they_are()
    {
        using var scope = NewDisposeScope();
        var parameter = zeros(2).requires_grad_();
        parameter.grad = tensor(new[] { 3f, 4f });
        Assert.Equal(5f, Gradients.Clip([parameter], 10).item<float>());
        Assert.Equal([3f, 4f], parameter.grad.data<float>().ToArray());
    }

    [Fact]
    public void The_norm_belongs_to_the_callers_scope_and_nothing_else_is_left()
    {
        var parameter = zeros(2).requires_grad_();
        parameter.grad = ones(2);
        Tensor norm;
        using (var outer = NewDisposeScope())
        {
            int before = outer.DisposablesCount;
            norm = Gradients.Clip([parameter], 1);
            Assert.Equal(before + 1, outer.DisposablesCount);
        }
        Assert.True(norm.IsInvalid);
        parameter.Dispose();
    }
}
