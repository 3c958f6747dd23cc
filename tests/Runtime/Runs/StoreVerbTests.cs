using DcrDsl.Cli;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Planning;
using DcrDsl.Specs;
using DcrDsl.Store;
using DcrDsl.Store.Leases;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>What the command line says of the store.</summary>
public sealed class StoreVerbTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;
    int runs;

    public void Dispose() => Directory.Delete(root, recursive: true);

    string Store => Path.Combine(root, "store");

    Task<(int Code, string Output, string Error)> RunOnce(ExperimentDefinition definition, string arm, params string[] more) =>
        InProcess.Run(
            definition,
            [
                .. (string[])["run", "fake", "--seed", "0", "--arm", arm, "--store", Store],
                "--out",
                Path.Combine(root, FormattableString.Invariant($"{++runs}")),
                .. more,
            ]
        );

    static readonly ContrastiveRefinement Dcr = new()
    {
        SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic,
        Toxic = ToyWorld.RefinementToxic,
        Layer = 2,
    };

    /// <summary>
    /// The first time all is new; then what shares with it is stored; then a changed option is named, and what follows it.
    /// </summary>
    [Fact]
    public async Task Plan_says_what_is_stored_and_why_the_rest_runs()
    {
        var experiment = FakeExperiment.Of().With(("Dcr", Dcr));
        string[] plan = ["plan", "fake", "--seed", "0", "--store", Store];

        var (code, before, _) = await InProcess.Run(experiment, [.. plan, "--arm", "DCR"]);
        Assert.Equal(0, code);
        Assert.Contains("Dcr contrastive refinement new", before);
        Assert.Contains("0 of them are in the store; 6 are to run.", before);

        await RunOnce(experiment, "DCR");
        Assert.Contains(
            "All of them are in the store: nothing is left to run.",
            (await InProcess.Run(experiment, [.. plan, "--arm", "DCR"])).Output
        );

        var (_, both, _) = await InProcess.Run(experiment, [.. plan, "--arm", "STL,DCR"]);
        Assert.Contains("Learn pretraining stored", both);
        Assert.Contains("Align supervised fine-tuning Learn before it is another", both);
        Assert.Matches(@"6 of them are in the store; 3 are to run, which took about \d+ s before\.", both);

        var changed = FakeExperiment
            .Of()
            .With(
                (
                    "Dcr",
                    Dcr with
                    {
                        Layer = 3,
                        Objective = new CircleLoss { Margin = 0.5 },
                    }
                )
            );
        var (_, why, _) = await InProcess.Run(changed, [.. plan, "--arm", "DCR"]);
        Assert.Contains("Dcr contrastive refinement Layer 2 → 3, Objective.Margin 0.25 → 0.5", why);
        Assert.Contains("Align supervised fine-tuning follows Dcr", why);

        Directory.Delete(Store, recursive: true);
        await RunOnce(experiment, "STL", "--keep", "none");
        var (_, unkept, _) = await InProcess.Run(experiment, [.. plan, "--arm", "DCR"]);
        Assert.Contains("Base base model what begins with it needs it", unkept);
        Assert.Contains("Learn pretraining its result is not kept, and needed", unkept);

        Assert.Contains(
            "6 are to run.",
            (await InProcess.Run(experiment, "plan", "fake", "--seed", "0", "--arm", "DCR", "--store", "none")).Output
        );
    }

    [Fact]
    public async Task Results_are_listed_shown_verified_and_removed()
    {
        var experiment = FakeExperiment.Of();
        await RunOnce(experiment, "STL");

        var (code, list, _) = await InProcess.Run(experiment, "store", "list", "--store", Store);
        Assert.Equal(0, code);
        Assert.Contains("seed0-Learn-Align-Score-Verdicts", list);
        Assert.Contains("5 results, ", list);
        string key = list.Split('\n').Single(l => l.Contains("seed0-Learn-Align ", StringComparison.Ordinal)).Split('│')[1].Trim();

        var (_, shown, _) = await InProcess.Run(experiment, "store", "show", key, "--store", Store);
        Assert.StartsWith(key, shown);
        Assert.Contains("  LearningRate = ", shown);
        Assert.Contains("weights.safetensors", shown);

        Assert.Equal(
            (0, "5 results are as they were written, 0 are not."),
            Line(await InProcess.Run(experiment, "store", "verify", "--store", Store))
        );
        string weights = Directory.EnumerateFiles(Store, "weights.safetensors", SearchOption.AllDirectories).First();
        File.AppendAllText(weights, "!");
        var (wrong, counted, error) = await InProcess.Run(experiment, "store", "verify", "--store", Store);
        Assert.Equal((1, "4 results are as they were written, 1 are not."), (wrong, counted.Trim()));
        Assert.Contains("weights.safetensors has ", error);

        Assert.Equal(1, (await InProcess.Run(experiment, "store", "prune", "--store", Store)).Code);
        Assert.StartsWith(
            "0 results removed",
            (await InProcess.Run(experiment, "store", "prune", "--older-than", "1", "--store", Store)).Output
        );
        Assert.StartsWith(
            "5 results removed",
            (await InProcess.Run(experiment, "store", "prune", "--experiment", "fake", "--store", Store)).Output
        );
        Assert.StartsWith("0 results, 0.0 MB", (await InProcess.Run(experiment, "store", "list", "--store", Store)).Output);
    }

    [Theory]
    [InlineData("There is no store to look into: give its folder", "list", "none")]
    [InlineData("has no result whose key begins with 'abc'", "show", "abc", "here")]
    public async Task What_cannot_be_looked_into_is_said(string sentence, params string[] rest)
    {
        var (code, _, error) = await InProcess.Run(
            FakeExperiment.Of(),
            ["store", .. rest[..^1], "--store", rest[^1] == "none" ? "none" : Store]
        );
        Assert.Equal(1, code);
        Assert.Contains(sentence, error.ReplaceLineEndings(" "));
    }

    [Fact]
    public async Task Status_shows_every_cell_and_the_whole()
    {
        var experiment = FakeExperiment.Of();
        await RunOnce(experiment, "STL");
        var plan = Plan.Of(experiment, new() { Seeds = [0] });
        var keys = Storage
            .Of(plan, new ExecutionOptions(torch.CPU, Environment.ProcessorCount), null, TestContext.Current.CancellationToken)
            .Keys;
        string KeyOf(string stageRun) => keys[plan.StageRuns.Single(r => r.Id == stageRun)].Digest;
        var when = new DateTime(2026, 3, 4, 5, 6, 7, DateTimeKind.Utc);
        new FailureNotes(Store).Put(KeyOf("seed0-Learn-AlignAug"), new("Out of memory: lower Batch.", "node7", when));
        var leases = new StageLeases(Store, TimeSpan.FromMinutes(1), _ => { });
        using var lease = leases.Take(KeyOf("seed0-Learn-Dcr"), new("fake", "seed0-Learn-Dcr", Keeps: true)).Lease!;

        var (code, output, _) = await Status("0,1");
        Assert.Equal(0, code);
        Assert.Equal(["stl-seed0", "done", "", ""], Row("stl-seed0"));
        Assert.Equal(["stl-seed1", "waiting for", "seed1-Learn", ""], Row("stl-seed1"));
        Assert.Equal(
            ["stl-aug-seed0", "failed", "seed0-Learn-AlignAug", "Out of memory: lower Batch. (node7, 2026-03-04 05:06 UTC)"],
            Row("stl-aug-seed0")
        );
        string holder = FormattableString.Invariant($"{Environment.MachineName}, process {Environment.ProcessId}");
        Assert.Equal(["dcr-seed0", "running", "seed0-Learn-Dcr", holder + ", begun just now"], Row("dcr-seed0"));
        Assert.EndsWith("6 cells: 1 done, 1 running, 3 waiting, 1 failed.\n", output);

        lease.Report(1200, 4000);
        leases.Beat();
        (_, output, _) = await Status("0");
        Assert.Equal(holder + ", 1,200 of 4,000, for 1 second", Row("dcr-seed0")[^1]);

        Task<(int Code, string Output, string Error)> Status(string seeds) =>
            InProcess.Run(experiment, "status", "fake", "--seed", seeds, "--store", Store);

        string[] Row(string cell) =>
            [
                .. output
                    .Split('\n')
                    .Single(l => l.StartsWith($"│ {cell} ", StringComparison.Ordinal))
                    .Trim('│')
                    .Split('│')
                    .Select(c => c.Trim()),
            ];
    }

    [Theory]
    [InlineData("status: without a store nobody knows what others run; give its folder with --store.", "status", "fake")]
    [InlineData("--lease 0.5s: give a time of at least a second, such as 30s or 5m.", "run", "fake", "--lease", "0.5s")]
    [InlineData("--lease soon: give a time of at least a second, such as 30s or 5m.", "run", "fake", "--lease", "soon")]
    public async Task What_cannot_be_shared_is_said(string sentence, params string[] arguments)
    {
        var (code, _, error) = await InProcess.Run(FakeExperiment.Of(), [.. arguments, "--store", "none"]);
        Assert.Equal((1, sentence), (code, error.ReplaceLineEndings(" ").Trim()));
    }

    static (int, string) Line((int Code, string Output, string Error) answer) => (answer.Code, answer.Output.Trim());
}
