using DcrDsl.Results;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>
/// A run as jobs, with a Slurm that runs each of them when it is submitted; <see cref="SlurmClusterTests"/> has a real one.
/// </summary>
public sealed class SlurmTests : IDisposable
{
    static readonly string[] Smoke = ["run", "smoke", "--arm", "STL,DCR", "--set", "Dcr.Layer=1", "--seed", "0,1", "--store", "a store"];

    readonly CommandLine.TemporaryFolder work = new();
    readonly FakeSlurm slurm = new();

    public SlurmTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Slurm's commands are scripts of a POSIX shell");

    public void Dispose()
    {
        slurm.Dispose();
        work.Dispose();
    }

    Task<CommandLine.Answer> Run(params string[] arguments) => CommandLine.RunIn(work.Path, slurm.Path, arguments);

    Task<CommandLine.Answer> Submit(params string[] more) => Run([.. Smoke, "--slurm", .. more]);

    string Jobs(params string[] parts) => work.In(["runs", "smoke", "slurm", .. parts]);

    [Fact]
    public async Task Jobs_give_the_numbers_of_a_run_and_a_second_run_has_nothing_to_do()
    {
        var submitted = await Submit("--max-parallel", "2");
        Assert.Equal((0, ""), (submitted.Code, submitted.Errors));
        Assert.Equal(
            [
                $"sbatch --parsable {Jobs("001", "level-1.sh")}",
                $"sbatch --parsable --dependency=afterany:1 {Jobs("001", "level-2.sh")}",
                $"sbatch --parsable --dependency=afterany:1:2 {Jobs("001", "report.sh")}",
            ],
            slurm.Commands
        );
        Assert.Equal(["level-1_1 0", "level-1_2 0", "level-2_1 0", "level-2_2 0", "level-2_3 0", "level-2_4 0", "report_1 0"], slurm.Ends);

        using var here = new CommandLine.TemporaryFolder();
        Assert.Equal(0, (await CommandLine.RunIn(here.Path, [.. Smoke, "--threads", "1"])).Code);
        foreach (string file in new[] { "cells.jsonl", "completions/dcr-layer1-seed1.jsonl", "verdicts/stl-seed0.jsonl" })
            Assert.Equal(
                await File.ReadAllTextAsync(here.In("runs", "smoke", "001", file), TestContext.Current.CancellationToken),
                await File.ReadAllTextAsync(work.In("runs", "smoke", "001", file), TestContext.Current.CancellationToken)
            );

        slurm.Recover();
        var again = await Submit();
        Assert.Contains("Nothing is left to run", again.Output);
        Assert.Empty(slurm.Commands);
    }

    [Fact]
    public async Task A_task_that_is_gone_costs_its_cells_only_and_the_same_command_goes_on()
    {
        slurm.Lose("level-1_2");
        Assert.Equal(0, (await Submit()).Code);
        Assert.Equal(["level-1_1 0", "level-2_1 0", "level-2_2 3", "level-2_3 0", "level-2_4 3", "report_1 3"], slurm.Ends);
        Assert.Contains(
            "seed1-Learn, which it begins with, is not in the store",
            await File.ReadAllTextAsync(Jobs("001", "level-2_2.out"), TestContext.Current.CancellationToken)
        );
        var part = RunResults.Load(work.In("runs", "smoke", "001"));
        Assert.Equal(["stl-seed0", "dcr-layer1-seed0"], part.Cells.Select(c => c.Id));

        slurm.Recover();
        // The lines of the other seed have been seen to take seconds, so they are one task.
        Assert.Equal(0, (await Submit()).Code);
        Assert.Equal(["level-1_1 0", "level-2_1 0", "report_1 0"], slurm.Ends);
        Assert.Equal(4, RunResults.Load(work.In("runs", "smoke", "002")).Cells.Count);
    }

    [Fact]
    public async Task What_is_shown_is_not_submitted()
    {
        var shown = await Submit(
            "--dry-run",
            "--gres",
            "gpu:1",
            "--device",
            "cuda:0",
            "--cpus-per-task",
            "3",
            "--side-by-side",
            "3",
            "--sbatch-arg=--exclude=n7"
        );
        Assert.Equal((0, ""), (shown.Code, shown.Errors));
        foreach (
            string part in new[]
            {
                "#SBATCH --gres=gpu:1\n",
                "#SBATCH --cpus-per-task=3\n",
                "#SBATCH --exclude=n7\n",
                "--device cuda:0 --precision fp32 --threads 3 --side-by-side 3",
                "--dependency=afterany:NUMBER-OF-LEVEL-1 ",
            }
        )
            Assert.Contains(part, shown.Output);
        Assert.Empty(slurm.Commands);
        Assert.False(Directory.Exists(work.In("runs")));
    }

    [Fact]
    public async Task A_refused_job_takes_those_before_it_back()
    {
        slurm.Refuse("2");
        var refused = await Submit();
        Assert.Equal(1, refused.Code);
        Assert.Contains("Job violates accounting/QOS policy", refused.Errors);
        Assert.Equal("scancel 1", slurm.Commands[^1]);

        Assert.Contains("invalid partition specified: nowhere", (await Submit("--partition", "nowhere")).Errors);
    }

    [Fact]
    public async Task Where_only_the_report_is_refused_the_others_stay()
    {
        slurm.Refuse("3");
        var refused = await Submit();
        Assert.Equal(1, refused.Code);
        Assert.Contains("--stored", refused.Errors);
        Assert.DoesNotContain("scancel 1", slurm.Commands);
        Assert.Equal(6, slurm.Ends.Length);
    }

    [Fact]
    public async Task What_waits_already_is_not_submitted_again()
    {
        slurm.Lose("level-1_1");
        await Submit();
        slurm.Queue("1");
        var again = await Submit();
        Assert.Equal(1, again.Code);
        Assert.Contains("scancel 1", again.Errors);
    }

    [Theory]
    [InlineData("give it with --slurm", "run", "smoke", "--partition", "gpu")]
    [InlineData("give its folder with --store", "run", "smoke", "--slurm", "--store", "none")]
    [InlineData("so all are kept", "run", "smoke", "--slurm", "--keep", "leaves")]
    [InlineData("give it to a run without --slurm", "run", "smoke", "--slurm", "--export", "Align")]
    [InlineData("give bf16-fp32, bf16-bf16 or bf16-mixed", "run", "smoke", "--slurm", "--precision", "bf16")]
    [InlineData("give an option of sbatch", "run", "smoke", "--slurm", "--sbatch-arg", "exclude")]
    [InlineData("--batch 0: give a number", "run", "smoke", "--slurm", "--batch", "0")]
    [InlineData("--max-parallel: give a whole number", "run", "smoke", "--slurm", "--max-parallel", "0")]
    [InlineData("give one of them", "run", "smoke", "--slurm", "--stored", "--store", "s")]
    [InlineData(" experiments has a key that begins so", "stage", "abcabcabcabc", "--store", "s")]
    [InlineData("no stage run of 1 experiment", "stage", "abcabcabcabc", "--store", "s", "--experiment", "smoke")]
    [InlineData("several stage runs begin so", "stage", "", "--store", "s", "--experiment", "smoke")]
    [InlineData("there is none; give its folder", "stage", "abcabcabcabc", "--store", "none")]
    [InlineData("--await-parents soon: give a time", "stage", "abcabcabcabc", "--store", "s", "--await-parents", "soon")]
    public async Task A_mistake_is_a_sentence(string sentence, params string[] arguments)
    {
        var answer = await Run(arguments);
        Assert.Equal(1, answer.Code);
        Assert.Contains(sentence, answer.Errors.ReplaceLineEndings(" "));
        Assert.DoesNotContain("   at ", answer.Errors);
    }

    [Fact]
    public async Task Without_Slurm_it_says_so()
    {
        var answer = await CommandLine.RunIn(work.Path, ("PATH", Path.GetDirectoryName(Environment.ProcessPath!)!), [.. Smoke, "--slurm"]);
        Assert.Equal(1, answer.Code);
        Assert.Contains("There is no sbatch here", answer.Errors);
        Assert.False(Directory.Exists(work.In("runs")));
    }

    [Fact]
    public async Task A_stage_run_can_be_run_by_the_key_that_the_plan_shows()
    {
        string[] options = ["--store", "s", "--threads", "1"];
        var plan = await Run(["plan", "smoke", "--keys", .. options]);
        string key = plan.Output.Split('\n').First(l => l.EndsWith(" seed0-Learn", StringComparison.Ordinal)).Split(' ')[0];
        var ended = await Run(["stage", key, .. options]);
        Assert.Equal((0, $"{key} seed0-Learn is in the store now.\n"), (ended.Code, ended.Output));
        Assert.Contains(key, (await Run("store", "list", "--store", "s")).Output);
        Assert.Equal($"{key} seed0-Learn was in the store.\n", (await Run(["stage", key, .. options])).Output);
    }
}
