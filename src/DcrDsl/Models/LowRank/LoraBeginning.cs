using DcrDsl.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models.LowRank;

/// <summary>Initial values, as PEFT's.</summary>
sealed record LoraBeginning(ulong Seed, string Purpose, ScalarType Dtype, Device Device)
{
    public Tensor Zeros(long rows, long columns) => zeros([rows, columns], Dtype, Device);

    public Tensor Copy(Tensor weight) => weight.to(Dtype).clone();

    public Tensor Uniform(string name, long rows, long columns)
    {
        double bound = 1 / Math.Sqrt(columns);
        return Drawn(name, rows, columns, stream => bound * (2 * stream.NextDouble() - 1));
    }

    public Tensor Normal(string name, long rows, long columns) => Drawn(name, rows, columns, stream => stream.NextNormal());

    public LoraDropout Dropout(double share, string module) => new(share, Seed, $"{Purpose}.{module}.dropout");

    Tensor Drawn(string name, long rows, long columns, Func<RandomStream, double> draw)
    {
        var stream = new RandomStream(Seed, $"{Purpose}.{name}");
        double[] values = new double[rows * columns];
        for (int i = 0; i < values.Length; i++)
            values[i] = draw(stream);
        return tensor(values, [rows, columns]).to(Dtype, Device);
    }
}
