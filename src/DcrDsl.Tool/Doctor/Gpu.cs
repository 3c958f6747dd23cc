using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace DcrDsl.Tool.Doctor;

/// <summary>NVIDIA GPUs, as the driver's own program lists them.</summary>
/// <param name="IsThere">Whether there is one with a driver.</param>
/// <param name="Finding">What was found.</param>
sealed record Gpu(bool IsThere, Finding Finding)
{
    const string What = "GPU";

    // The first driver of CUDA 12; that of CUDA 12.8, which libtorch 2.10 is built with, is 570.
    const double OldestDriver = 525.6;

    // The oldest that libtorch 2.10 for CUDA 12.8 is compiled for.
    const double OldestCapability = 7.0;

    public static Gpu Look()
    {
        try
        {
            var start = new ProcessStartInfo(
                "nvidia-smi",
                ["--query-gpu=name,driver_version,compute_cap,memory.total", "--format=csv,noheader"]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            string said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? Read(said)
                : new(
                    false,
                    new(
                        What,
                        State.Warns,
                        $"nvidia-smi fails: {(said + errors.Result).Trim().Split('\n')[0]}",
                        "Install or load NVIDIA's driver, or compute with --device cpu."
                    )
                );
        }
        catch (Win32Exception)
        {
            return OperatingSystem.IsMacOS()
                ? new(false, new(What, State.Works, "Apple's, with --device mps where libtorch finds it"))
                : new(false, new(What, State.Works, "none (no nvidia-smi): runs compute with --device cpu"));
        }
    }

    /// <summary>Reads what nvidia-smi prints: name, driver, capability and memory of each GPU on a line.</summary>
    internal static Gpu Read(string listed)
    {
        string[][] rows =
        [
            .. listed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(l => l.Split(", ")),
        ];
        if (rows.Length == 0 || rows.Any(r => r.Length < 4))
            return new(false, new(What, State.Warns, "nvidia-smi lists none", "Compute with --device cpu."));
        string found = string.Join("; ", rows.Select((r, i) => $"cuda:{i} {r[0]}, {r[3]}, driver {r[1]}, capability {r[2]}"));
        if (rows.Any(r => Number(r[1]) < OldestDriver))
            return new(true, new(What, State.Warns, found, "CUDA 12 needs driver 525.60 or newer: update it."));
        return rows.Any(r => Number(r[2]) < OldestCapability)
            ? new(
                true,
                new(What, State.Warns, found, "libtorch for CUDA 12.8 has no kernels below capability 7.0: compute with --device cpu.")
            )
            : new(true, new(What, State.Works, found));
    }

    static double Number(string text) =>
        double.TryParse(string.Join('.', text.Split('.').Take(2)), CultureInfo.InvariantCulture, out double number)
            ? number
            : double.MaxValue;
}
