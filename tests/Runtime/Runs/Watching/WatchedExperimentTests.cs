using System.Text.Json;
using DcrDsl.Definition;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Execution;
using DcrDsl.Execution.Numerics;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Reports;
using DcrDsl.Runtime.Tests.Runs.Checkpoints;
using DcrDsl.Specs;
using DcrDsl.Store;

namespace DcrDsl.Runtime.Tests.Runs.Watching;

/// <summary>Readings as a second result of a stage run: in the store, in the run's folder, in the report.</summary>
public sealed class WatchedExperimentTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;
    int runs;

    public void Dispose() => Directory.Delete(root, recursive: true);

    static readonly RefusalAlong Along = new()
    {
        Every = 3,
        SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic,
        Toxic = ToyWorld.WatchedToxic,
    };

    /// <summary>A small model is tuned; what is watched is declared, or nothing.</summary>
    static ExperimentDefinition Tuned(params WatchSpec[] watch) =>
        ToyExperiment.Of(
            (
                "STL",
                [
                    ToyExperiment.Base,
                    new StageDefinition(
                        "Align",
                        "Align",
                        new SupervisedFineTuning { General = ToyWorld.AlignmentGeneral, Watch = [.. watch] },
                        [],
                        new Train(Tune) { Watch = watch.Length == 0 ? null : WatchedTraining.Both }
                    ),
                ]
            )
        ) with
        {
            Seeds = [0, 1, 2],
        };

    static void Tune(LanguageModel model, StageRun run) => new TrainedStage("fine-tuning", "AdamW").Run(model, run);

    async Task<EndedRun> Run(ExperimentDefinition experiment, RunSettings? settings = null)
    {
        var ended = await ExperimentRun.StartAsync(
            experiment,
            (settings ?? new()) with
            {
                Folder = Path.Combine(root, FormattableString.Invariant($"run{++runs}")),
                Store = Path.Combine(root, "store"),
                Threads = 1,
            },
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Empty(ended.Outcome.Failed);
        return ended;
    }

    static string[] Ran(EndedRun ended) => [.. ended.Results.StageRuns.Where(r => !r.Stored).Select(r => r.Stage).Distinct()];

    static string Keys(ExperimentDefinition experiment, bool readings = false)
    {
        var plan = Plan.Of(experiment, Selection.Everything);
        var keys = new StageKeys(
            new Arithmetic("cpu", 1, "Float32"),
            null,
            n => NumericsVersion.Of(n).Digest,
            n => NumericsVersion.OfWatching(n).Digest
        );
        return string.Join('\n', (readings ? keys.OfReadings(plan) : keys.Of(plan)).Select(k => $"{k.Key.Id} {k.Value.Digest}"));
    }

    /// <summary>Checkpoints of a watched stage bear the key of all that it has to do.</summary>
    [Fact]
    public async Task A_plan_knows_where_a_watched_stage_goes_on()
    {
        using var stop = new CancellationTokenSource();
        int steps = 0;
        var experiment = FakeExperiment
            .Of(
                during: (stage, run) =>
                {
                    if (stage == "Align" && run.Device.type != TorchSharp.DeviceType.META && ++steps == 12)
                        stop.Cancel();
                }
            )
            .With(("Align", new SupervisedFineTuning { General = ToyWorld.AlignmentGeneral, Watch = [Along] }));
        var settings = new RunSettings
        {
            Folder = Path.Combine(root, "stopped"),
            Store = Path.Combine(root, "store"),
            Selection = new() { Arms = ["STL"], Seeds = [0] },
            Threads = 1,
        };
        Assert.Empty((await ExperimentRun.StartAsync(experiment, settings, cancellation: stop.Token)).Outcome.Finished);

        var plan = Plan.Of(experiment, settings.Selection);
        var forecast = Forecast.Of(plan, new ExecutionOptions(TorchSharp.torch.CPU, 1), settings.Store, Assert.Fail);
        Assert.Equal("new; goes on after step 12", forecast.WhyRuns(plan.StageRuns.Single(r => r.Stage.Name == "Align")));
    }

    /// <summary>Of the stage itself and of all that follow, with the version of the code in them.</summary>
    [Fact]
    public void No_key_of_a_result_knows_what_is_watched_and_that_of_readings_does()
    {
        Assert.Equal(Keys(Tuned()), Keys(Tuned(Along)));
        Assert.Empty(Keys(Tuned(), readings: true));
        Assert.NotEqual(Keys(Tuned(Along), readings: true), Keys(Tuned(Along with { Every = 4 }), readings: true));
        Assert.Equal(3, Keys(Tuned(Along), readings: true).Split('\n').Length);
    }

    /// <summary>The calls in the loop are read as if they were not there, arguments and all.</summary>
    [Fact]
    public void A_loop_with_the_calls_has_the_instructions_of_one_without()
    {
        Assert.Equal(Read(nameof(Loops.Without)), Read(nameof(Loops.With)));
        Assert.NotEqual(Read(nameof(Loops.Without)), Read(nameof(Loops.Computing)));

        static IEnumerable<short> Read(string loop)
        {
            var method = typeof(Loops).GetMethod(loop)!;
            var all = Instruction.Of(method.GetMethodBody()!.GetILAsByteArray()!);
            var idle = IdleCalls.In(all, new TokenScope(method));
            return all.Index().Where(i => !idle.Contains(i.Index)).Select(i => i.Item.Meaning);
        }
    }

    [Fact]
    public async Task A_stage_that_is_watched_later_is_trained_again_and_nothing_that_follows_it()
    {
        var plain = await Run(Tuned());
        Assert.False(Directory.Exists(Path.Combine(plain.Folder, "readings")));
        Assert.DoesNotContain("watching", File.ReadAllText(Path.Combine(plain.Folder, "stages.jsonl")), StringComparison.Ordinal);

        var watched = await Run(Tuned(Along));
        Assert.Equal(["Base", "Align"], Ran(watched));
        Assert.Equal(plain.Results.Cells.SelectMany(c => c.Metrics), watched.Results.Cells.SelectMany(c => c.Metrics));
        Assert.Equal(plain.Results.StageRuns.Select(r => r.Key), watched.Results.StageRuns.Select(r => r.Key));
        Assert.All(Aligned(watched), r => Assert.Equal((28, 28), (r.Watching!.Readings, watched.Results.Readings(r).Count)));

        // From the store they are the same to the last digit, and an unwatched run does not ask for them.
        var again = await Run(Tuned(Along));
        Assert.Empty(Ran(again));
        Assert.Equal(Aligned(watched).SelectMany(watched.Results.Readings), Aligned(again).SelectMany(again.Results.Readings));
        var unwatched = await Run(Tuned());
        Assert.Empty(Ran(unwatched));
        Assert.All(Aligned(unwatched), r => Assert.Null(r.Watching));
        Assert.Equal(["Base", "Align"], Ran(await Run(Tuned(Along with { Every = 4 }))));
    }

    static IEnumerable<Results.StageRunRecord> Aligned(EndedRun ended) => ended.Results.StageRuns.Where(r => r.Stage == "Align");

    [Fact]
    public async Task Readings_that_are_damaged_in_the_store_are_set_aside_and_read_again()
    {
        var first = await Run(Tuned(Along));
        string file = new StageStore(Path.Combine(root, "store"))
            .All()
            .First(e => e.Manifest.Gives == StageResult.Readings)
            .PathOf("readings.jsonl");
        File.WriteAllText(file, File.ReadAllText(file).Replace("Toxic", "Toxik", StringComparison.Ordinal));
        var log = new RecordingLogger();
        var second = await ExperimentRun.StartAsync(
            Tuned(Along),
            new RunSettings
            {
                Folder = Path.Combine(root, "again"),
                Store = Path.Combine(root, "store"),
                Threads = 1,
            },
            logger: log,
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Contains(log.All, l => l.Line.Contains("readings.jsonl is not what was written", StringComparison.Ordinal));
        Assert.Equal(["Align"], Ran(second).Except(["Base"]));
        Assert.Equal(Aligned(first).SelectMany(first.Results.Readings), Aligned(second).SelectMany(second.Results.Readings));
    }

    [Fact]
    public async Task A_file_of_readings_in_the_folder_that_is_cut_or_gone_is_told_in_a_sentence()
    {
        var ended = await Run(Tuned(Along));
        var run = Aligned(ended).First();
        string file = Path.Combine(ended.Folder, "readings", run.Id + ".jsonl");
        string[] lines = File.ReadAllLines(file);
        Assert.Equal("RefusalAlong", (string?)JsonDocument.Parse(lines[0]).RootElement.GetProperty("watch").GetString());
        File.WriteAllLines(file, lines[..^1]);
        Assert.Equal(
            $"{file} has 27 readings instead of 28; restore it, or run the experiment again.",
            Assert.Throws<InputException>(() => DcrDsl.Results.RunResults.Load(ended.Folder).Readings(run)).Message
        );
        File.Delete(file);
        Assert.Equal(
            $"{file} is missing: restore it, or run the experiment again.",
            Assert.Throws<InputException>(() => DcrDsl.Results.RunResults.Load(ended.Folder).Readings(run)).Message
        );
    }

    [Fact]
    public async Task The_report_draws_them_over_steps_and_layers_and_says_what_they_cost()
    {
        var ended = await Run(Tuned(Along));
        var report = ReportModel.Of(ended.Results);
        var along = report.Sections.Single(s => s.Title == "Along training");
        LineChart[] charts = [.. along.Parts.OfType<LineChart>()];
        Assert.Equal(
            [
                "RefusalAlong over the steps of Align, with 95 % intervals over seeds",
                "Separability by layer before (dashed) and after Align, with 95 % intervals over seeds",
            ],
            charts.Select(c => c.Title)
        );
        Assert.Equal(
            ["refusal probability, %: seemingly toxic", "refusal probability, %: toxic", "refusal probability, %: general"],
            charts[0].Panels.Select(p => p.Title)
        );
        var line = Assert.Single(charts[0].Panels[1].Lines);
        Assert.Equal([0, 3, 6, 7], line.Points.Select(p => p.X));
        double[] last = [.. Aligned(ended).Select(r => ended.Results.Readings(r).Single(x => x is { Step: 7, Of: "Toxic" }).Value * 100)];
        Assert.Equal(3, last.Length);
        Assert.Equal(last.Average(), line.Points[^1].Y, 1e-9);
        Assert.InRange(line.Points[^1].Y, line.Points[^1].Low, line.Points[^1].High);
        Assert.Equal([true, false], charts[1].Panels[0].Lines.Select(l => l.Dashed));

        string html = HtmlReport.Of(report),
            markdown = MarkdownReport.Of(report);
        Assert.Contains("<polygon class=\"band\"", html, StringComparison.Ordinal);
        Assert.Contains("line before", html, StringComparison.Ordinal);
        Assert.Contains("RefusalAlong: before → after Align:", markdown, StringComparison.Ordinal);
        Assert.Contains("AUC of a linear probe, layer 2", markdown, StringComparison.Ordinal);
        Assert.Contains("Watching, beside the seconds of its stage", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_have_every_reading_where_it_was_made()
    {
        var ended = await Run(Tuned(Along), new RunSettings { TensorBoard = Path.Combine(root, "board") });
        var lines = File.ReadLines(Path.Combine(ended.Folder, "events", Aligned(ended).First().Id + ".jsonl"))
            .Select(l => JsonDocument.Parse(l).RootElement)
            .ToList();
        Assert.Equal(28, lines.Count(l => l.GetProperty("event").GetString() == "reading"));
        Assert.Equal("reading", lines[1].GetProperty("event").GetString());
        Assert.Equal(0, lines[1].GetProperty("step").GetInt32());
        byte[] board = File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(root, "board"), "*", SearchOption.AllDirectories).First());
        Assert.Contains("Separability/probeAuc/layer 2", System.Text.Encoding.Latin1.GetString(board), StringComparison.Ordinal);
    }

    static class Loops
    {
        public static int Without(LanguageModel model, StageRun run)
        {
            int steps = model.Attachments.Count,
                made = 0;
            for (int step = 0; step < steps; step++)
                made += step;
            return made + run.Entries.Count;
        }

        public static int With(LanguageModel model, StageRun run)
        {
            int steps = model.Attachments.Count,
                made = 0;
            for (int step = 0; step < steps; step++)
            {
                run.Watch(step, steps, model);
                made += step;
            }
            run.Watch(steps, steps, model);
            return made + run.Entries.Count;
        }

        public static int Computing(LanguageModel model, StageRun run)
        {
            int steps = model.Attachments.Count,
                made = 0;
            for (int step = 0; step < steps; step++)
            {
                run.Watch(step + 1, steps, model);
                made += step;
            }
            return made + run.Entries.Count;
        }
    }
}
