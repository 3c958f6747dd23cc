using DcrDsl.Data;
using DcrDsl.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

/// <summary>Decoders whose outputs depend on everything: weights of order 1/√width, norms away from 1.</summary>
static class TestDecoder
{
    public static Decoder Initialise(DecoderConfig config, ulong seed, ScalarType dtype = ScalarType.Float32) =>
        Decoder.FromWeights(config, (name, shape) => tensor(Draw(config, seed, name, shape), shape), CPU, dtype);

    /// <summary>Random tokens [rows, length].</summary>
    public static Tensor Tokens(DecoderConfig config, int rows, int length, ulong seed = 5)
    {
        var stream = new RandomStream(seed, "tokens");
        return tensor(Enumerable.Range(0, rows * length).Select(_ => (long)stream.Next(config.VocabularySize)).ToArray(), [rows, length]);
    }

    static double[] Draw(DecoderConfig config, ulong seed, string name, long[] shape)
    {
        var stream = new RandomStream(seed, name);
        bool norm = shape.Length == 1;
        double scale = norm ? 0.2 : 1.5 / Math.Sqrt(config.HiddenSize);
        return
        [
            .. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (norm ? 1 : 0) + scale * stream.NextNormal()),
        ];
    }
}
