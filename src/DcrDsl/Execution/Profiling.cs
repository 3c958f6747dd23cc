using System.Diagnostics;
using System.Globalization;
using DcrDsl.Definition;
using DcrDsl.Results;
using DcrDsl.Tensors;
using TorchSharp;

namespace DcrDsl.Execution;

/// <summary>Measures where the time of a stage run goes, from its making to its end, on the thread that runs it.</summary>
sealed class Profiling : IDisposable
{
    // A product of this width takes some ten milliseconds of a core.
    const int Width = 1024,
        Repetitions = 4;

    readonly torch.Device device;
    readonly PhaseClock clock;
    readonly double peakBefore;

    /// <param name="body">What the stage run does.</param>
    /// <param name="device">Where its tensors are.</param>
    public Profiling(StageBody body, torch.Device device)
    {
        this.device = device;
        peakBefore = Peak(device);
        ResetPeakMemory();
        clock = PhaseClock.Start(body is Judge ? Phase.Judging : Phase.Other);
    }

    /// <summary>The stage run has ended.</summary>
    /// <param name="operations">Operations of the model in it.</param>
    public StageProfile End(double operations)
    {
        var seconds = clock.Read().ToDictionary(t => t.Key.ToString(), t => t.Value.TotalSeconds);
        long memory = PeakMemory();
        return new(
            seconds,
            operations,
            (peakBefore + Peak(device)) / 2,
            clock.ComputedTokens,
            clock.RealTokens,
            clock.PaddedTokens,
            memory
        );
    }

    public void Dispose() => clock.Dispose();

    /// <summary>Operations a second of a product of two matrices, the best of a few.</summary>
    static double Peak(torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        using var frozen = torch.no_grad();
        torch.Tensor a = torch.ones([Width, Width], torch.ScalarType.Float32, device),
            b = torch.ones([Width, Width], torch.ScalarType.Float32, device);
        double best = double.PositiveInfinity;
        for (int i = 0; i <= Repetitions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using var product = a.matmul(b);
            product[0, 0].item<float>(); // waits for the device
            if (i > 0)
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return 2.0 * Width * Width * Width / best;
    }

    /// <summary>On Linux the mark of the most memory is set back to what is used now; elsewhere it is that of the whole process.</summary>
    static void ResetPeakMemory()
    {
        try
        {
            if (OperatingSystem.IsLinux())
                File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Then it is that of the process so far.
        }
    }

    static long PeakMemory()
    {
        const string Mark = "VmHWM:";
        if (
            OperatingSystem.IsLinux()
            && File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith(Mark, StringComparison.Ordinal)) is { } line
        )
            return 1024 * long.Parse(line[Mark.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
