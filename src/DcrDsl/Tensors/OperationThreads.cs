using System.Diagnostics;
using System.Globalization;
using DcrDsl.Wording;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace DcrDsl.Tensors;

/// <summary>
/// How many threads one operation does best with, by a measurement: processors that share a core, a memory or a quota of the system gain
/// little from one another or hinder each other, which none of their numbers tells.
/// </summary>
static class OperationThreads
{
    // A feed-forward network of a small model, forwards and backwards: 7 GFLOP, and some operations that memory bounds.
    const int Rows = 512,
        Width = 768,
        Inner = 3072,
        Repetitions = 4;

    // More threads have to gain this much, or the next measurement would choose otherwise.
    const double Gain = 1.05;

    /// <summary>The best number of threads, from 1 to the processors that there are. The calling thread has another afterwards.</summary>
    /// <param name="processors">Processors that the process may use.</param>
    /// <param name="why">What was measured, for people.</param>
    public static int Best(int processors, out string why)
    {
        var seconds = Counts(processors).ToDictionary(count => count, Seconds);
        why = string.Join(
            ", ",
            seconds.Select(s =>
                string.Create(CultureInfo.InvariantCulture, $"{1000 * s.Value:0.0} ms with {English.Count(s.Key, "thread")}")
            )
        );
        return Choose(seconds);
    }

    /// <summary>1, 2, 4, … and all of them.</summary>
    internal static IEnumerable<int> Counts(int processors)
    {
        for (int count = 1; count < processors; count *= 2)
            yield return count;
        yield return processors;
    }

    /// <summary>The fewest threads that no larger number beats by what a measurement is apart from the next.</summary>
    /// <param name="seconds">What a step took, by the number of threads.</param>
    internal static int Choose(IReadOnlyDictionary<int, double> seconds) =>
        seconds.OrderBy(s => s.Key).First(s => s.Value <= Gain * seconds.Values.Min()).Key;

    static double Seconds(int threads)
    {
        TorchStartup.Initialize(threads);
        using var scope = NewDisposeScope();
        Tensor x = ones([Rows, Width]),
            up = full([Inner, Width], 1e-3, requires_grad: true),
            down = full([Width, Inner], 1e-3, requires_grad: true);
        double shortest = double.PositiveInfinity;
        // The first time, threads are made and kernels chosen.
        for (int k = 0; k <= Repetitions; k++)
        {
            long start = Stopwatch.GetTimestamp();
            using (NewDisposeScope())
                linear(silu(linear(x, up)), down).sum().backward();
            if (k > 0)
                shortest = Math.Min(shortest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return shortest;
    }
}
