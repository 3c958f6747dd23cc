using System.Globalization;
using DcrDsl.Cli;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Tensors;

/// <summary>How many threads an operation does best with.</summary>
[Collection(nameof(ThreadsForTests))]
public sealed class OperationThreadsTests : IDisposable
{
    readonly int before = get_num_threads();

    public void Dispose() => TorchStartup.Initialize(before);

    [Theory]
    [InlineData(1, "1")]
    [InlineData(2, "1 2")]
    [InlineData(6, "1 2 4 6")]
    [InlineData(16, "1 2 4 8 16")]
    public void Powers_of_two_and_all_processors_are_tried(int processors, string tried) =>
        Assert.Equal(tried, string.Join(' ', OperationThreads.Counts(processors)));

    [Theory]
    // Four do it, and what eight gain is within what two measurements are apart.
    [InlineData("1:80 2:42 4:25 8:24", 4)]
    [InlineData("1:80 2:42 4:25 8:20", 8)]
    // Beside other work, or where processors share a core, more are worse.
    [InlineData("1:80 2:42 4:25 8:60", 4)]
    [InlineData("1:20 2:31", 1)]
    [InlineData("2:31 1:20", 1)]
    public void Those_are_chosen_that_more_do_not_beat(string measured, int chosen) =>
        Assert.Equal(
            chosen,
            OperationThreads.Choose(
                measured
                    .Split(' ')
                    .Select(m => m.Split(':'))
                    .ToDictionary(
                        m => int.Parse(m[0], CultureInfo.InvariantCulture),
                        m => (double)int.Parse(m[1], CultureInfo.InvariantCulture)
                    )
            )
        );

    [Fact]
    public void What_is_measured_is_chosen_and_told()
    {
        Assert.InRange(OperationThreads.Best(2, out string why), 1, 2);

        Assert.Matches(@"^\d+\.\d ms with 1 thread, \d+\.\d ms with 2 threads$", why);
    }

    [Fact]
    public void Where_stage_runs_have_threads_of_their_own_all_processors_are_used()
    {
        Assert.Equal(Environment.ProcessorCount, ThreadCount.Of(ThreadCount.Measured, threadsPerRun: 1, sideBySide: null).Count);
        var measured = ThreadCount.Of(ThreadCount.Measured, threadsPerRun: 0, sideBySide: null);
        Assert.InRange(measured.Count, 1, Environment.ProcessorCount);
        Assert.StartsWith("a step took ", measured.Why);
        Assert.Equal(["run", "x", "--threads", $"{measured.Count}"], measured.FixedIn(["run", "x", "--threads", "measured"]));
        Assert.Equal(["--threads=3"], new ThreadCount(3).FixedIn(["--threads:measured"]));
        Assert.Equal(["--threads", "2", "measured"], new ThreadCount(2).FixedIn(["--threads", "2", "measured"]));
    }
}
