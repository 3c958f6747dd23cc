using System.Runtime.ExceptionServices;
using DcrDsl.Models;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation;

/// <summary>
/// Batches that a model answers, asked for in their order. On a processor several are answered at once, each on a thread of its own with
/// its share of an operation's threads: most operations on the few rows of a batch are too short to be shared, and leave the other
/// processors idle.
/// </summary>
/// <remarks>
/// How the prompts are cut, and the threads of each batch, follow from their number and from the threads that there are: a batch is
/// computed the same wherever an evaluation goes on. Between two asks no batch is under way.
/// </remarks>
/// <typeparam name="T">What is answered to a batch.</typeparam>
sealed class BatchesAtOnce<T>
{
    // Each batch goes through all weights by itself, which memory has to keep up with.
    const int MostLanes = 4;

    // Fewer are not worth a thread.
    const int FewestPrompts = 8;

    readonly Func<int[], T> answer;
    readonly Result?[] results;
    readonly int threads,
        lanes;

    /// <param name="prompts">The prompts, by their numbers; those that stand together are answered together.</param>
    /// <param name="batch">Prompts answered at once, at most, whose keys and values are in memory.</param>
    /// <param name="decoder">The model.</param>
    /// <param name="answer">Answers a batch, on any thread.</param>
    public BatchesAtOnce(IReadOnlyList<int> prompts, int batch, Decoder decoder, Func<int[], T> answer)
    {
        this.answer = answer;
        threads = decoder.Device.type == DeviceType.CPU && decoder.ReadsInThreads ? get_num_threads() : 1;
        int together = Math.Min(batch, Math.Max(1, prompts.Count));
        lanes = Lanes(together, threads);
        Batches = [.. prompts.Chunk(Width(prompts.Count, together, lanes))];
        results = new Result?[Batches.Count];
    }

    /// <summary>The batches, each the numbers of its prompts.</summary>
    public IReadOnlyList<int[]> Batches { get; }

    /// <summary>What is answered to a batch; those behind it may be answered with it.</summary>
    public T Of(int batch)
    {
        if (lanes == 1)
            return answer(Batches[batch]);
        if (results[batch] is null)
            AnswerFrom(batch);
        var result = results[batch]!.Value;
        results[batch] = null;
        result.Failure?.Throw();
        return result.Value!;
    }

    void AnswerFrom(int first)
    {
        int count = Math.Min(lanes, Batches.Count - first);
        double[] operations = new double[count];
        Thread[] others = [.. Enumerable.Range(1, count - 1).Select(lane => new Thread(() => Answer(lane)) { IsBackground = true })];
        foreach (var thread in others)
            thread.Start();
        Answer(0);
        foreach (var thread in others)
            thread.Join();
        TorchStartup.Initialize(threads);
        OperationCount.Take(operations[1..].Sum());

        void Answer(int lane)
        {
            TorchStartup.Initialize(threads / lanes);
            double before = OperationCount.OfThread;
            try
            {
                results[first + lane] = new(answer(Batches[first + lane]), null);
            }
            catch (Exception exception)
            {
                results[first + lane] = new(default, ExceptionDispatchInfo.Capture(exception));
            }
            operations[lane] = OperationCount.OfThread - before;
        }
    }

    /// <summary>How many batches go at once: as many as leave no thread over and have enough prompts.</summary>
    static int Lanes(int together, int threads) =>
        Enumerable.Range(1, MostLanes).Last(l => l == 1 || (threads % l == 0 && together >= l * FewestPrompts));

    /// <summary>Prompts of a batch, so that the last ones at once are as many as those before, and alike.</summary>
    static int Width(int prompts, int together, int lanes)
    {
        return lanes == 1 ? together : Ceiling(prompts, Ceiling(prompts, together) * lanes);

        static int Ceiling(int dividend, int divisor) => (dividend + divisor - 1) / divisor;
    }

    readonly record struct Result(T? Value, ExceptionDispatchInfo? Failure);
}
