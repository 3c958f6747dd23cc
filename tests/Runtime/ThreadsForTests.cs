using System.Runtime.ExceptionServices;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests;

/// <summary>
/// Tests with other threads of an operation than one. They go alone, as a thread that is new to libtorch begins with the number that any
/// thread has set last.
/// </summary>
[CollectionDefinition(nameof(ThreadsForTests), DisableParallelization = true)]
public sealed class ThreadsForTests
{
    /// <summary>Runs a test on a thread of its own, which has so many threads for an operation before and after it.</summary>
    internal static void With(int threads, Action test)
    {
        int before = get_num_threads();
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            TorchStartup.Initialize(threads);
            try
            {
                test();
                Assert.Equal(threads, get_num_threads());
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        TorchStartup.Initialize(before);
        failure?.Throw();
    }
}
