using System.Runtime.CompilerServices;
using DcrDsl.Tensors;

namespace DcrDsl.Runtime.Tests;

static class TorchForTests
{
    /// <summary>
    /// Test classes run side by side, so one thread an operation; and the first call of each vector function must not be one of many at
    /// once, or tests of equal bytes would fail now and then.
    /// </summary>
    [ModuleInitializer]
    internal static void Initialise() => TorchStartup.Initialize(threads: 1);
}
