using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace DcrDsl.Tool.Doctor;

/// <summary>Processor and memory.</summary>
static class Machine
{
    const long GiB = 1L << 30;

    public static IEnumerable<Finding> Look() =>
        [
            Processor(Environment.ProcessorCount, RuntimeInformation.ProcessArchitecture, Avx2.IsSupported && Fma.IsSupported, Flags()),
            // What a container may use counts, not what the machine has.
            Memory(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
        ];

    internal static Finding Processor(int cores, Architecture architecture, bool avx2, IReadOnlySet<string> flags)
    {
        string threads = string.Create(CultureInfo.InvariantCulture, $"{cores} {(cores == 1 ? "thread" : "threads")}");
        if (architecture == Architecture.Arm64)
            return OperatingSystem.IsMacOS()
                ? new("processor", State.Works, threads + ", Apple silicon")
                : new("processor", State.Fails, threads + ", ARM", "There is no package of libtorch for ARM but for macOS.");
        if (architecture != Architecture.X64)
            return new("processor", State.Fails, $"{threads}, {architecture}", "libtorch needs a 64-bit x86 processor or Apple silicon.");
        if (!avx2)
            return new("processor", State.Warns, threads + ", without AVX2", "libtorch computes many times more slowly without it.");
        string[] more =
        [
            flags.Contains("avx512f") ? "AVX-512" : "no AVX-512",
            flags.Contains("avx512_bf16") ? "AVX512-BF16" : "no AVX512-BF16",
            flags.Contains("amx_bf16") ? "AMX" : "no AMX",
        ];
        bool half = flags.Contains("avx512_bf16") || flags.Contains("amx_bf16");
        return new(
            "processor",
            State.Works,
            $"{threads}, AVX2, {string.Join(", ", more)}",
            half ? "--precision bf16 may be faster beside adapters" : null
        );
    }

    internal static Finding Memory(long bytes)
    {
        string found = string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)GiB:0.0} GiB");
        return bytes < GiB ? new("memory", State.Fails, found, "libtorch and a small model need about 1 GiB.")
            : bytes < 4 * GiB
                ? new(
                    "memory",
                    State.Warns,
                    found,
                    "Enough for the built-in models; a model of files needs about 20 bytes a weight to train."
                )
            : new("memory", State.Works, found);
    }

    static HashSet<string> Flags()
    {
        try
        {
            return OperatingSystem.IsLinux()
                ?
                [
                    .. (File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("flags", StringComparison.Ordinal)) ?? "").Split(
                        ' '
                    ),
                ]
                : [];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
