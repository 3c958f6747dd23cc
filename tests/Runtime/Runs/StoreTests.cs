using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Models;
using DcrDsl.Specs;
using DcrDsl.Store;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>No stage run runs twice, and what the store gives is what was put into it.</summary>
public sealed class StoreTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;
    readonly ConcurrentBag<string> ran = [];
    readonly Lines log = new();
    int runs;

    public void Dispose() => Directory.Delete(root, recursive: true);

    string Store => Path.Combine(root, "store");

    static readonly AxisDefinition Layer = FakeExperiment.Axis("Dcr.Layer", 1, 2);

    /// <summary>An experiment whose training and evaluations are counted, and whose training changes the weights.</summary>
    ExperimentDefinition Experiment(params (string Stage, StageSpec Spec)[] others) =>
        FakeExperiment
            .Of(
                [Layer],
                during: (stage, run) =>
                {
                    if (stage == "Score")
                        ran.Add(stage);
                },
                train: (stage, model, run) =>
                {
                    ran.Add(stage);
                    using var gradients = TorchSharp.torch.no_grad();
                    model.Decoder.Parameters["model.norm.weight"].mul_(1 + 0.01 * (run.Seed + 1)).add_(stage == "Dcr" ? 0.1 : 0.03);
                }
            )
            .With(others);

    async Task<EndedRun> Run(ExperimentDefinition definition, RunSettings? settings = null)
    {
        ran.Clear();
        var ended = await ExperimentRun.StartAsync(
            definition,
            (settings ?? new()) with
            {
                Folder = Path.Combine(root, FormattableString.Invariant($"run{++runs}")),
                Store = settings?.Store ?? Store,
                Threads = 2,
            },
            logger: log,
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Empty(ended.Outcome.Failed);
        return ended;
    }

    static RunSettings Only(string arm, params int[] seeds) =>
        new()
        {
            Selection = new() { Arms = [arm], Seeds = seeds },
        };

    /// <summary>What a run has found out, byte for byte: cells without the names of stage runs, completions and verdicts.</summary>
    static string[] Found(EndedRun run) =>
        [
            .. Directory
                .EnumerateFiles(run.Folder, "*", SearchOption.AllDirectories)
                .Where(f => f.Contains("completions") || f.Contains("verdicts") || f.EndsWith("cells.jsonl", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(f => Path.GetRelativePath(run.Folder, f) + "\n" + File.ReadAllText(f)),
        ];

    [Fact]
    public async Task A_second_run_runs_nothing_and_finds_the_same()
    {
        var first = await Run(Experiment());
        Assert.NotEmpty(ran);
        Assert.All(first.Results.StageRuns, r => Assert.False(r.Stored));

        var second = await Run(Experiment());

        Assert.Empty(ran);
        Assert.Equal(Found(first), Found(second));
        Assert.All(second.Results.StageRuns, r => Assert.True(r.Stored));
        Assert.Equal(
            first.Results.StageRuns.Select(r => (r.Id, r.Parent, r.Key, r.Steps, r.Seconds)).Order(),
            second.Results.StageRuns.Select(r => (r.Id, r.Parent, r.Key, r.Steps, r.Seconds)).Order()
        );
    }

    [Fact]
    public async Task What_is_new_runs_on_from_what_is_stored_to_the_same_numbers()
    {
        var apart = await Run(Experiment(), new() { Store = Path.Combine(root, "another") });

        await Run(Experiment(), Only("STL", 0, 1));
        Assert.Equal(2, ran.Count(r => r == "Learn"));
        var rest = await Run(Experiment());

        // Seed 2 is new; of seeds 0 and 1 only what STL does not have.
        Assert.Equal(1, ran.Count(r => r == "Learn"));
        Assert.Equal(1 + 3 * 2, ran.Count(r => r == "Align"));
        Assert.Equal(3, ran.Count(r => r == "AlignAug"));
        Assert.Equal(3 * 2, ran.Count(r => r == "Dcr"));
        Assert.Equal(Found(apart), Found(rest));
    }

    [Fact]
    public async Task A_changed_option_runs_its_stage_and_what_follows()
    {
        await Run(Experiment(), Only("DCR", 0));
        var changed = new ContrastiveRefinement
        {
            SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic,
            Toxic = ToyWorld.RefinementToxic,
            Batch = 32,
        };

        await Run(Experiment(("Dcr", changed)), Only("DCR", 0));
        Assert.Equal(["Align", "Align", "Dcr", "Dcr", "Score", "Score"], ran.Order(StringComparer.Ordinal));

        await Run(Experiment(("Dcr", changed with { LogEvery = 3 })), Only("DCR", 0));
        Assert.Empty(ran);
    }

    [Fact]
    public async Task Another_judge_judges_the_stored_answers()
    {
        await Run(Experiment(), Only("STL", 0));
        var other = new EvaluationGrid
        {
            Tasks = [ToyWorld.SeeminglyToxic, ToyWorld.Toxic, ToyWorld.General],
            Judge = RefusalJudges.XSTest,
        };

        var judged = await Run(Experiment(("Score", other)), Only("STL", 0));

        Assert.Empty(ran);
        Assert.Equal([true, true, true, true, false], judged.Results.StageRuns.Select(r => r.Stored));
    }

    [Theory]
    [InlineData(KeptModels.All, new string[0])]
    [InlineData(KeptModels.Leaves, new[] { "Learn" })]
    [InlineData(KeptModels.None, new[] { "Learn" })]
    public async Task A_model_that_is_not_kept_is_trained_again_when_it_is_needed(KeptModels keep, string[] again)
    {
        await Run(Experiment(), Only("STL", 0) with { Keep = keep });
        await Run(Experiment(), Only("STL-aug", 0) with { Keep = keep });
        Assert.Equal(["AlignAug", .. again, "Score"], ran.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("weights.safetensors", "its digest differs")]
    [InlineData("completions.jsonl", "its digest differs")]
    [InlineData("verdicts.jsonl", "its digest differs")]
    public async Task One_bit_that_differs_is_named_set_aside_and_computed_again(string file, string what)
    {
        var first = await Run(Experiment(), Only("STL", 0));
        string damaged = Directory
            .EnumerateFiles(Path.Combine(Store, "entries"), file, SearchOption.AllDirectories)
            .First(f => file != "weights.safetensors" || Manifest(f)["run"]!["stage"]!.GetValue<string>() == "Learn");
        byte[] bytes = File.ReadAllBytes(damaged);
        bytes[^3] ^= 1;
        File.WriteAllBytes(damaged, bytes);

        // Learn's weights are read only when something begins with them.
        var again = await Run(Experiment(), Only(file == "weights.safetensors" ? "STL-aug" : "STL", 0));

        Assert.Contains(
            log.All,
            l =>
                l.Level == LogLevel.Warning
                && l.Text.Contains($"{file} is not what was written: {what}. It lies in ", StringComparison.Ordinal)
        );
        // Verdicts alone are given again by the judge, which trains and asks nothing.
        Assert.Equal(file == "verdicts.jsonl", ran.IsEmpty);
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(Store, "damaged")));
        if (file != "weights.safetensors")
            Assert.Equal(Found(first), Found(again));
        await Run(Experiment(), Only("STL", 0));
        Assert.Empty(ran);
    }

    [Theory]
    [InlineData("parts", "its manifest was changed: the key does not belong to its parts")]
    [InlineData("metrics", "its manifest was changed: manifest.sha256 has another digest")]
    [InlineData("text", "manifest.json cannot be read")]
    [InlineData("gone", "manifest.json cannot be read")]
    public async Task A_manifest_that_was_edited_is_not_believed(string how, string what)
    {
        var first = await Run(Experiment(), Only("STL", 0));
        string path = Directory
            .EnumerateFiles(Store, "manifest.json", SearchOption.AllDirectories)
            .First(f => Manifest(f)["gives"]!.GetValue<string>() == "Scores");
        var manifest = Manifest(path);
        if (how == "metrics")
            manifest["metrics"]!["ComplianceRate"] = 1;
        else
            manifest["parts"]![0]!["value"] = "another";
        if (how == "gone")
            File.Delete(path);
        else
            File.WriteAllText(path, how == "text" ? "{ \"format\": " : manifest.ToJsonString());

        var again = await Run(Experiment(), Only("STL", 0));

        Assert.Contains(log.All, l => l.Text.Contains(what, StringComparison.Ordinal));
        Assert.Equal(Found(first), Found(again));
    }

    [Fact]
    public async Task A_store_of_a_later_version_is_left_alone()
    {
        await Run(Experiment(), Only("STL", 0));
        string path = Directory.EnumerateFiles(Store, "manifest.json", SearchOption.AllDirectories).First();
        var manifest = Manifest(path);
        manifest["format"] = 3;
        File.WriteAllText(path, manifest.ToJsonString());

        var mistake = await Assert.ThrowsAsync<InputException>(() => Run(Experiment(), Only("STL", 0)));

        Assert.EndsWith(
            "is of format 3, and this version of DcrDsl reads 2: use the version that wrote it, or another folder with --store.",
            mistake.Message
        );
        Assert.True(File.Exists(path));
    }

    /// <summary>A file is where the entries should be, so that nothing can be written below it.</summary>
    [Fact]
    public async Task A_store_that_cannot_be_written_costs_the_run_nothing()
    {
        Directory.CreateDirectory(Store);
        File.WriteAllText(Path.Combine(Store, "entries"), "in the way");
        var ended = await Run(Experiment(), Only("STL", 0, 1));

        Assert.Equal(2, ended.Results.Cells.Count);
        string told = Assert.Single(log.All, l => l.Level == LogLevel.Warning).Text;
        Assert.StartsWith($"The store {Store} cannot be written: ", told);
        Assert.EndsWith(". The run goes on and keeps its results in its own folder only.", told);
    }

    /// <summary>What is left of a process that was killed while it wrote is no entry.</summary>
    [Fact]
    public async Task Half_an_entry_is_none()
    {
        var first = await Run(Experiment(), Only("STL", 0));
        foreach (string entry in Directory.EnumerateDirectories(Path.Combine(Store, "entries")).SelectMany(Directory.EnumerateDirectories))
            Directory.Move(entry, entry + ".123-abc.part");

        Assert.Empty(new StageStore(Store).All());
        Assert.Equal(Found(first), Found(await Run(Experiment(), Only("STL", 0))));
        Assert.NotEmpty(ran);
    }

    static JsonObject Manifest(string beside) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(beside)!, "manifest.json")))!.AsObject();

    sealed class Lines : ILogger
    {
        public ConcurrentQueue<(LogLevel Level, string Text)> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => All.Enqueue((logLevel, formatter(state, exception)));
    }
}
