using System.Runtime.CompilerServices;

namespace DcrDsl.Runtime.Tests;

static class StoreForTests
{
    /// <summary>
    /// Made-up experiments have equal declarations and different results, so runs of tests and the processes that they start have no store;
    /// a test about it gives one of its own.
    /// </summary>
    [ModuleInitializer]
    internal static void Initialise() => Environment.SetEnvironmentVariable("DCR_STORE", "none");
}
