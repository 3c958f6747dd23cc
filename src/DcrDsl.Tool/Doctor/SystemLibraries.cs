using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace DcrDsl.Tool.Doctor;

/// <summary>The C and C++ libraries of the system, which libtorch stands on; Linux only.</summary>
static partial class SystemLibraries
{
    // What TorchSharp 0.107's native library uses of libstdc++, and what it asks for without using it.
    const int Used = 30,
        AskedFor = 32;

    // manylinux_2_28, as which libtorch 2.10 is built.
    static readonly Version NeededC = new(2, 28);

    public static IEnumerable<Finding> Look()
    {
        if (!OperatingSystem.IsLinux())
            return [];
        return [C(), Cxx(LatestOf(LoadedCxx()))];
    }

    static Finding C()
    {
        try
        {
            string text = Marshal.PtrToStringUTF8(VersionOfC()) ?? "";
            return Version.TryParse(text, out var version) && version >= NeededC
                ? new("glibc", State.Works, text)
                : new("glibc", State.Fails, text, $"libtorch needs {NeededC} or newer: take a newer distribution or a container.");
        }
        catch (EntryPointNotFoundException)
        {
            return new("glibc", State.Fails, "another C library (musl?)", "libtorch needs glibc: take a distribution that has it.");
        }
    }

    /// <param name="latest">N of the latest GLIBCXX_3.4.N; null: not known.</param>
    internal static Finding Cxx(int? latest)
    {
        if (latest is not { } version)
            return new("libstdc++", State.Warns, "not found among the libraries of this process", "Install libstdc++6.");
        string found = $"GLIBCXX_3.4.{version}";
        return version >= AskedFor ? new("libstdc++", State.Works, found)
            : version >= Used
                ? new(
                    "libstdc++",
                    State.Works,
                    $"{found}; TorchSharp asks for 3.4.{AskedFor} without using it, and builds here weaken that"
                )
            : new(
                "libstdc++",
                State.Fails,
                found,
                $"TorchSharp's native library uses GLIBCXX_3.4.{Used}: take a newer distribution (Debian 12, Ubuntu 22.04), or a container."
            );
    }

    // The .NET runtime needs it too, so the one that the loader finds is in this very process.
    static string? LoadedCxx()
    {
        try
        {
            return File.ReadLines("/proc/self/maps").Select(l => LibStdCxx().Match(l)).FirstOrDefault(m => m.Success)?.Value;
        }
        catch (IOException)
        {
            return null;
        }
    }

    static int? LatestOf(string? library)
    {
        if (library is null || !File.Exists(library))
            return null;
        string text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(library));
        return SymbolVersion().Matches(text).Select(m => int.Parse(m.Groups[1].ValueSpan)).DefaultIfEmpty(0).Max();
    }

    [GeneratedRegex(@"/\S*/libstdc\+\+\.so\.6[.0-9]*")]
    private static partial Regex LibStdCxx();

    [GeneratedRegex(@"GLIBCXX_3\.4\.(\d{1,3})\0")]
    private static partial Regex SymbolVersion();

    [DllImport("libc", EntryPoint = "gnu_get_libc_version")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint VersionOfC();
}
