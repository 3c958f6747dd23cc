using TorchSharp;

namespace DcrDsl.Plans;

/// <summary>Where and how widely a plan is run; none of it changes a result on the CPU.</summary>
/// <param name="Device">Where tensors live.</param>
/// <param name="Threads">Processor threads the whole run may use, at least 1.</param>
public sealed record ExecutionOptions(torch.Device Device, int Threads)
{
    /// <summary>Where the names in the experiment's paths lie.</summary>
    public RunPaths Paths { get; init; } = RunPaths.None;

    /// <summary>How many stage runs go side by side, and the threads of each.</summary>
    /// <param name="threadsPerRun">What the experiment wants: <see cref="ExperimentDefinition.ThreadsPerRun"/>.</param>
    public (int Workers, int ThreadsEach) Split(int threadsPerRun) =>
        threadsPerRun <= 0 ? (1, Threads) : (Math.Max(1, Threads / threadsPerRun), Math.Min(Threads, threadsPerRun));
}
