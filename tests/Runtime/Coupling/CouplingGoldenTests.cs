using DcrDsl.Evaluation.Coupling;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Coupling;

public sealed class CouplingGoldenTests
{
    public static IEnumerable<TheoryDataRow<string, torch.ScalarType>> Cases() => CouplingCase.All();

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void The_kernel_is_that_of_one_backward_pass_a_logit(string name, torch.ScalarType dtype)
    {
        using var golden = CouplingCase.Open(name, dtype);
        var (kernel, tokens) = golden.Kernel();

        Assert.Equal(golden.Settings.GetProperty("top").EnumerateArray().Select(CouplingCase.Numbers), tokens);
        double[] expected = golden.Array("kernel." + Bits(dtype));
        Near(expected, kernel, Tolerance(dtype) * expected.Max(Math.Abs), "kernel");
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void Couplings_and_their_block_means_are_the_references(string name, torch.ScalarType dtype)
    {
        using var golden = CouplingCase.Open(name, dtype);
        int count = golden.Prompts.Count;
        var matrix = CouplingMatrix.Of(golden.Kernel().Kernel, count);
        double tolerance = Tolerance(dtype);

        double[] norms = golden.Array("frobenius.64");
        Near(norms, [.. matrix.Norms.SelectMany(r => r)], tolerance * norms.Max(), "norms");
        double[] couplings = [.. Enumerable.Range(0, count * count).Select(i => matrix.Coupling(i / count, i % count))];
        Near(golden.Array("coupling." + Bits(dtype)), couplings, tolerance, "coupling");

        string means = dtype == torch.ScalarType.Float64 ? "block_means" : "block_means32";
        var rows = golden.Settings.GetProperty(means).EnumerateArray().ToArray();
        foreach (var (a, one) in golden.Classes.Index())
        foreach (var (b, other) in golden.Classes.Index())
            Assert.Equal(rows[a][b].GetDouble(), CouplingMatrix.Mean(one, other, matrix.Coupling), tolerance);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void The_parts_of_parameters_are_the_references_and_sum_to_the_whole(string name, torch.ScalarType dtype)
    {
        using var golden = CouplingCase.Open(name, dtype);
        var parts = new Dictionary<string, double[]>();
        double[] kernel = golden.Kernel((parameter, part) => parts.Add(parameter, TensorAssert.Doubles(part))).Kernel;

        Assert.Equal(
            golden.Settings.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()!).Order(),
            parts.Keys.Order()
        );
        double largest = kernel.Max(Math.Abs);
        foreach (string parameter in golden.Parts)
            Near(golden.Array("part." + parameter), parts[parameter], Tolerance(dtype) * largest, parameter);
        double[] sum = [.. Enumerable.Range(0, kernel.Length).Select(i => parts.Values.Sum(p => p[i]))];
        Near(kernel, sum, 1e-12 * largest, "the sum of all parts");
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void The_kernel_is_the_product_of_the_references_gradients(string name, torch.ScalarType dtype)
    {
        using var golden = CouplingCase.Open(name, dtype);
        int prompts = golden.Settings.GetProperty("jacobian_prompts").GetInt32();
        Assert.SkipWhen(prompts == 0, "the reference keeps no gradients of this case");
        double[] kernel = golden.Kernel().Kernel,
            gradients = golden.Array("jacobian.64");
        int logits = golden.Top * golden.Prompts.Count,
            kept = golden.Top * prompts,
            width = gradients.Length / kept;
        for (int row = 0; row < kept; row++)
        for (int column = 0; column < kept; column++)
        {
            double product = Enumerable.Range(0, width).Sum(p => gradients[row * width + p] * gradients[column * width + p]);
            Assert.Equal(product, kernel[row * logits + column], Tolerance(dtype) * kernel.Max(Math.Abs));
        }
    }

    static string Bits(torch.ScalarType dtype) => dtype == torch.ScalarType.Float64 ? "64" : "32";

    static double Tolerance(torch.ScalarType dtype) => dtype == torch.ScalarType.Float64 ? 1e-9 : 1e-5;

    static void Near(double[] expected, double[] actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{what}, entry {i}: {actual[i]:R} instead of {expected[i]:R}");
    }
}
