using System.Diagnostics;
using System.Globalization;
using DcrDsl.Models;
using DcrDsl.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Benchmarks;

/// <summary>
/// What the loss of a large vocabulary costs whole and in parts, forwards and backwards, by processor time. The shapes are those of
/// SmolLM2-135M: <c>-- head [rows] [repetitions]</c>.
/// </summary>
static class HeadLosses
{
    public static int Run(string[] arguments)
    {
        int rows = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1024,
            repetitions = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 5;
        var config = new DecoderConfig
        {
            VocabularySize = 49_152,
            HiddenSize = 576,
            Layers = 1,
            Heads = 9,
            KeyValueHeads = 3,
            HeadDim = 64,
            IntermediateSize = 1536,
            TieEmbeddings = true,
        };
        using var decoder = Decoder.FromWeights(config, (_, shape) => randn(shape).mul(0.02), CPU, ScalarType.Float32);
        long[] sizes = [long.MaxValue, 1 << 22, 1 << 23, 1 << 24, 1 << 25];
        foreach (bool trained in new[] { true, false })
        {
            foreach (var parameter in decoder.Parameters)
                parameter.requires_grad = trained;
            var times = sizes.ToDictionary(s => s, _ => new List<double>());
            for (int i = -1; i < repetitions; i++)
                foreach (long most in sizes)
                {
                    double time = Once(decoder, rows, most);
                    if (i >= 0)
                        times[most].Add(time);
                }
            foreach (long most in sizes)
            {
                double median = times[most].Order().ElementAt(repetitions / 2),
                    whole = times[sizes[0]].Order().ElementAt(repetitions / 2);
                string of = most == long.MaxValue ? "whole" : $"parts of {most >> 20} Mi logits";
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{(trained ? "trained" : "frozen")} head, {rows} rows, {of}: {median:0.000} s of processor time, "
                            + $"× {whole / median:0.00}"
                    )
                );
            }
        }
        return 0;
    }

    static double Once(Decoder decoder, int rows, long most)
    {
        using var scope = NewDisposeScope();
        Tensor states = randn(rows, decoder.Config.HiddenSize).requires_grad_(),
            targets = randint(0, decoder.Config.VocabularySize, [rows], int64);
        foreach (var parameter in decoder.Parameters)
            parameter.grad = null;
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        // The loss goes about many logits in parts by itself, so the whole is asked for as such.
        var loss =
            most == long.MaxValue
                ? LanguageModelLoss.CrossEntropy(decoder.Head(states), targets)
                : LanguageModelLoss.CrossEntropy(decoder, states, targets, most);
        loss.backward();
        return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
    }
}
