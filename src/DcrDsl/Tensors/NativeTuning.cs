using System.Runtime.InteropServices;

namespace DcrDsl.Tensors;

/// <summary>
/// What libtorch's native libraries are told before they are loaded, on Linux: threads of an operation that wait for each other sleep
/// instead of spinning, which on a machine with other work costs many times the work itself, and where hardly anybody else runs they spin
/// first for as long as the next operation is usually away, which saves up to a third; and glibc keeps the memory of large tensors for the
/// next step instead of returning every page to the system. No result depends on it, and a setting of the user's own stays.
/// </summary>
/// <remarks>
/// What is larger than 64 MB glibc keeps for the process's first thread only: another thread gets it from the system each time, page by
/// page, and returns it, which took a tenth of a training step whose vocabulary has 49,152 tokens. So stage runs go through the first
/// thread wherever a program lets them.
/// </remarks>
static partial class NativeTuning
{
    const string WaitPolicy = "OMP_WAIT_POLICY",
        SpinCount = "GOMP_SPINCOUNT";

    // Some 30 microseconds. More gains little, and costs more where other work comes later.
    const string Spins = "2000";

    // Of the processors, so that nobody has to wait for a thread that spins.
    const double Idle = 0.75;

    // Of the memory that the process may have. Below that the next stage run, which needs about as much again, would only have to ask the
    // system for every page anew.
    const double MostKept = 0.25;

    // To look through all that is free takes as long as a small stage.
    const long WorthReleasing = 1 << 29;

    // Of glibc's malloc.h.
    const int TrimThreshold = -1,
        TopPad = -2,
        MmapMax = -4,
        Never = -1;

    public static void Apply()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            if (!IsSet(WaitPolicy) && !IsSet(SpinCount) && IdleProcessors.Share() >= Idle)
                SetEnvironment(SpinCount, Spins, overwrite: 0);
            SetEnvironment(WaitPolicy, "PASSIVE", overwrite: 0);
            Keep("MALLOC_MMAP_MAX_", MmapMax, 0);
            Keep("MALLOC_TRIM_THRESHOLD_", TrimThreshold, Never);
            Keep("MALLOC_TOP_PAD_", TopPad, 1 << 26);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, which has no such switches.
        }
    }

    /// <summary>
    /// Returns to the system what freed tensors have left, between stages whose tensors have other sizes, where that is much of its memory.
    /// </summary>
    public static void ReleaseMemory()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            if (IsTooMuch(FreedMemory(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes))
                TrimAllocator(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, which returns memory by itself.
        }
    }

    /// <summary>Whether so much is not kept for the next stage run.</summary>
    /// <param name="free">What was allocated once and is free now, in bytes; null: unknown.</param>
    /// <param name="available">What the process may have in all, in bytes.</param>
    internal static bool IsTooMuch(long? free, long available) =>
        free is not { } known || (known >= WorthReleasing && known >= MostKept * available);

    static long? FreedMemory()
    {
        try
        {
            return AllocatorState().Free;
        }
        catch (EntryPointNotFoundException)
        {
            return null; // glibc before 2.33 does not say
        }
    }

    static void Keep(string variable, int parameter, int value)
    {
        if (!IsSet(variable))
            SetAllocator(parameter, value);
    }

    static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is not null;

    // .NET keeps an environment of its own; the native libraries read the C library's.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetAllocator(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimAllocator(nuint pad);

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial AllocatorInfo AllocatorState();

    /// <summary><c>struct mallinfo2</c> of glibc 2.33 and later.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 10 * sizeof(long))]
    readonly struct AllocatorInfo
    {
        readonly nuint arena,
            ordblks,
            smblks,
            hblks,
            hblkhd,
            usmblks,
            fsmblks,
            uordblks,
            fordblks,
            keepcost;

        /// <summary>What was allocated once and is free now.</summary>
        public long Free => (long)fordblks;
    }
}
