using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Tensors;

/// <summary>
/// Brings libtorch into a defined state before the first tensor is computed, so that the same seed gives the same bytes in every
/// process.
/// </summary>
/// <remarks>
/// The oneMKL inside libtorch 2.10 picks the kernel of each vector function at that function's first call. When that call runs on
/// several threads, one of them can get a low-accuracy kernel for its share: a few per cent of processes then start with results
/// that are wrong in the fourth digit (https://github.com/pytorch/pytorch/issues/188792). One call on one element picks it safely.
/// </remarks>
public static class TorchStartup
{
    // All vector functions that libtorch_cpu 2.10 takes from oneMKL: the symbols vms* and vmd* that it holds.
    static readonly Func<Tensor, Tensor>[] VectorFunctions =
    [
        acos,
        asin,
        atan,
        cos,
        erf,
        erfc,
        erfinv,
        exp,
        log,
        log10,
        log2,
        sin,
        sqrt,
        tan,
        tanh,
        trunc,
    ];

    static readonly Lock Gate = new();
    static bool done;

    /// <summary>
    /// Sets the number of threads that one operation uses, for the calling thread and for those that have not used libtorch yet, and
    /// makes the first call of each oneMKL function on one thread. Call it before anything else of TorchSharp, as often as you like.
    /// </summary>
    /// <param name="threads">Threads within one operation, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    public static void Initialize(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        lock (Gate)
        {
            if (!done)
                NativeTuning.Apply();
            // A thread's first use of libtorch gives it the number that any thread has set last. It must lie behind us, or an operation
            // of this thread would undo what follows.
            _ = get_num_threads();
            set_num_threads(threads);
            if (done)
                return;
            UseOneOperationAtATime();
            MakeFirstCalls();
            done = true;
        }
    }

    /// <summary>Begins to load libtorch's libraries in the background; what needs them waits.</summary>
    internal static void LoadAhead() =>
        Task.Run(() =>
        {
            lock (Gate)
            {
                if (!done)
                    NativeTuning.Apply();
                RuntimeHelpers.RunClassConstructor(typeof(torch).TypeHandle);
            }
        });

    static void UseOneOperationAtATime()
    {
        if (get_num_interop_threads() == 1)
            return;
        try
        {
            set_num_interop_threads(1);
        }
        catch (ExternalException)
        {
            // libtorch takes this number once. The program around us has set it already and keeps it; no result depends on it.
        }
    }

    static void MakeFirstCalls()
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        foreach (var type in (ReadOnlySpan<ScalarType>)[float32, float64])
        {
            var half = full(1, 0.5, type, CPU);
            foreach (var function in VectorFunctions)
                function(half);
        }
    }
}
