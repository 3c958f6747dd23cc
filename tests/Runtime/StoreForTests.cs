using System.Globalization;
using System.Runtime.CompilerServices;

namespace DcrDsl.Runtime.Tests;

static class StoreForTests
{
    /// <summary>Runs that name no store, and the processes that tests start, use one that goes with this process.</summary>
    [ModuleInitializer]
    internal static void Initialise()
    {
        string folder = Path.Combine(
            Path.GetTempPath(),
            string.Create(CultureInfo.InvariantCulture, $"dcrdsl-store-{Environment.ProcessId}")
        );
        Environment.SetEnvironmentVariable("DCR_STORE", folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        };
    }
}
