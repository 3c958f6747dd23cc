using System.Collections.Concurrent;
using System.Globalization;
using DcrDsl.Definition;
using DcrDsl.Results;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>What is told and kept of how a run was computed: precision, threads, stage runs side by side.</summary>
public sealed class ComputingOptionsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("bf16-fp32", "BFloat16, computed in Float32", "bf16-fp32")]
    [InlineData("bf16-bf16", "BFloat16, computed in BFloat16", "bf16-bf16")]
    [InlineData("bf16", "BFloat16, computed in ", "bf16-")]
    [InlineData("bf16-mixed", "BFloat16, computed in BFloat16; weights in training were multiplied in BFloat16", "bf16-mixed")]
    [InlineData("fp32", "Float32", "fp32")]
    public async Task A_run_says_what_its_frozen_matrices_were_held_and_computed_in(string precision, string record, string repeated)
    {
        var (run, error) = await Ran(FakeExperiment.Of(), "--precision", precision);

        var experiment = run.Experiment;
        Assert.StartsWith(record, experiment.Environment.FrozenBase);
        Assert.Contains($"--precision {repeated}", experiment.Command);
        Assert.Equal(precision == "bf16", error.Contains($"Matrices beside adapters: {experiment.Environment.FrozenBase}."));
        string sentence = $"Matrices that stayed frozen beside an adapter were held in {experiment.Environment.FrozenBase}.";
        Assert.Equal(precision != "fp32", File.ReadAllText(Path.Combine(run.Folder, "report.md")).Contains(sentence));
    }

    [Fact]
    public async Task A_run_whose_threads_are_measured_says_so_and_is_repeated_with_their_number()
    {
        var (run, error) = await Ran(FakeExperiment.Of(), "--threads", "measured");

        // A stage run of ToyWorld's model has one thread, so several go side by side on all processors.
        Assert.Contains("stage runs have threads of their own", error);
        Assert.Equal(Environment.ProcessorCount, run.Experiment.Environment.Threads);
        Assert.Contains($"--threads {Environment.ProcessorCount}", run.Experiment.Command);
        Assert.DoesNotContain("measured", run.Experiment.Command);
    }

    [Theory]
    [InlineData("4", "", 4, 1)]
    [InlineData("4", "2", 2, 2)]
    [InlineData("3", "1", 1, 3)]
    [InlineData("5", "2", 2, 2)]
    public async Task Stage_runs_go_side_by_side_as_is_wanted(string threads, string sideBySide, int stageRuns, int each)
    {
        string[] wanted = ["--threads", threads, .. sideBySide.Length > 0 ? ["--side-by-side", sideBySide] : (string[])[]];
        var used = new ConcurrentDictionary<string, int>();

        var (run, _) = await Ran(FakeExperiment.Of(during: (stage, _) => used[stage] = get_num_threads()), wanted);

        Assert.Equal(new ThreadsRecord(int.Parse(threads, CultureInfo.InvariantCulture), stageRuns, each), run.Provenance!.Threads);
        Assert.All(used.Values, count => Assert.Equal(each, count));
        Assert.NotEmpty(used);
        Assert.Contains(string.Join(' ', wanted), run.Experiment.Command);
    }

    /// <summary>One cell, computed as is wanted, and what was told of it.</summary>
    async Task<(RunResults Run, string Error)> Ran(ExperimentDefinition experiment, params string[] computing)
    {
        string results = Path.Combine(folder, "results");
        string[] line = ["run", "fake", "--seed", "0", "--arm", "STL", .. computing, "--out", results];
        var (code, _, error) = await InProcess.Run(experiment, line);
        Assert.Equal(0, code);
        return (RunResults.Load(results), error);
    }
}
