using DcrDsl.Execution;
using DcrDsl.Execution.Slurm;
using DcrDsl.Planning;

namespace DcrDsl.Runtime.Tests.Runs.Slurm;

/// <summary>The scripts that Slurm is given.</summary>
public class JobScriptsTests
{
    static readonly JobLevel Level = JobPlan.Of(
        Plan.Of(FakeExperiment.Of(), new Selection { Seeds = [0, 1] }).StageRuns,
        new StageDurations([]),
        BatchSize.Default
    )[0];

    static JobScripts Scripts(SlurmOptions options, string folder = "/home/a b/runs/fake/slurm/001") =>
        new(
            "fake",
            options,
            new JobCommands("/home/a b", keys => $"/opt/dcr stage {keys} --experiment fake", "/opt/dcr run fake --stored"),
            folder,
            "/home/a b/store"
        );

    static readonly SlurmOptions Everything = new()
    {
        Partition = "gpu",
        Gres = "gpu:1",
        Time = "1-00:00:00",
        Memory = "40G",
        Account = "lab",
        Qos = "low",
        Constraint = "a100|h100",
        CpusPerTask = 8,
        MaxParallel = 4,
        Arguments = ["--exclude=n7"],
    };

    [Fact]
    public Task A_level() => Snapshot.Verify(Scripts(Everything).Of(Level), "sh", test: this);

    [Fact]
    public Task The_report() => Snapshot.Verify(Scripts(Everything).Gathering(), "sh", test: this);

    [Fact]
    public void What_is_not_given_is_left_to_the_cluster()
    {
        string script = Scripts(new()).Of(Level);
        foreach (string option in new[] { "partition", "gres", "time", "mem", "account", "qos", "constraint" })
            Assert.DoesNotContain($"#SBATCH --{option}", script);
        Assert.Contains("#SBATCH --array=1-2\n", script);
    }

    [Fact]
    public void A_line_of_keys_says_what_they_are() =>
        Assert.Equal(
            "key-of-seed0-Learn # seed0-Learn\nkey-of-seed1-Learn # seed1-Learn\n",
            JobScripts.Tasks(Level, n => "key-of-" + n.Id)
        );

    [Fact]
    public void A_percent_sign_in_the_folder_stands_for_itself() =>
        Assert.Contains("#SBATCH --output=/5%%/level-1_%a.out\n", Scripts(new(), "/5%").Of(Level));

    [Fact]
    public void More_tasks_than_an_array_takes_are_refused_with_the_remedy()
    {
        var large = Level with { Tasks = [.. Enumerable.Repeat(Level.Tasks[0], 1001)] };
        Assert.Contains("larger --batch", Assert.Throws<InputException>(() => Scripts(new()).Of(large)).Message);
    }

    [Theory]
    [InlineData("/a\\b")]
    [InlineData("/a\nb")]
    public void A_folder_that_Slurm_cannot_be_told_of_is_refused(string root) =>
        Assert.Contains("work in another", Assert.Throws<InputException>(() => JobFolder.Next(root)).Message);
}
