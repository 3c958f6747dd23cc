using DcrDsl.Results;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>The experiments that come with DcrDsl give the numbers that are checked in, and run as they were locked.</summary>
public sealed class ReproducibleTests
{
    static string Snapshot(string name) => Path.Combine(CommandLine.Repository, "tests", "EndToEnd", "Snapshots", name + ".verified.json");

    /// <summary>
    /// Locked on two threads, it gives the same on one; with the plainest kernels, which stand for another machine, numbers lie within the
    /// tolerance.
    /// </summary>
    [Fact]
    public async Task A_locked_run_is_repeated_to_the_last_digit_here_and_within_a_tolerance_elsewhere()
    {
        using var folder = new CommandLine.TemporaryFolder();
        string file = folder.In("smoke.lock.json");
        string[] smoke = ["run", "smoke", "--lock-file", file];

        var locked = await CommandLine.Run([.. smoke, "--lock", "--threads", "2", "--out", folder.In("first")]);
        Assert.Equal((0, true), (locked.Code, locked.Errors.Contains($"Locked in {file}.", StringComparison.Ordinal)));
        ResultSnapshot.Of(RunResults.Load(folder.In("first"))).Verify(Snapshot("Smoke"), new Tolerance { Share = 0.05, Nats = 1e-3 });

        var again = await CommandLine.Run([.. smoke, "--locked", "--threads", "1", "--out", folder.In("again")]);
        Assert.Equal(0, again.Code);
        Assert.Contains("to the last digit", again.Errors);

        var elsewhere = await CommandLine.RunWith(
            ("ATEN_CPU_CAPABILITY", "default"),
            [.. smoke, "--locked", "--threads", "2", "--out", folder.In("elsewhere")]
        );
        Assert.Equal(0, elsewhere.Code);
        Assert.Contains("within share 0.02, nats 0.02, 3 standard errors, as this is another machine: ", elsewhere.Errors);
        Assert.Contains(", DEFAULT", elsewhere.Errors);

        var other = await CommandLine.Run([.. smoke, "--locked", "--seed", "1", "--out", folder.In("other")]);
        Assert.Equal((1, true), (other.Code, other.Errors.Contains("seed 1 is not locked", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(folder.In("other")));
    }

    /// <summary>The quick start takes minutes, so it runs where it is asked for: see docs/reproducing.md.</summary>
    [Fact]
    public async Task The_quick_start_gives_the_numbers_that_are_checked_in()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("DCRDSL_QUICKSTART") == "1",
            "The quick start takes minutes: set DCRDSL_QUICKSTART=1 to run it."
        );
        using var folder = new CommandLine.TemporaryFolder();
        var answer = await CommandLine.Run("run", "quickstart", "--out", folder.In("quickstart"));
        Assert.Equal(0, answer.Code);
        ResultSnapshot
            .Of(RunResults.Load(folder.In("quickstart")))
            .Verify(
                Snapshot("QuickStart"),
                new Tolerance
                {
                    Share = 0.05,
                    Nats = 0.02,
                    StandardErrors = 3,
                }
            );
    }
}
