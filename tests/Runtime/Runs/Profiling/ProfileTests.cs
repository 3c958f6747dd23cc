using DcrDsl.Data.Batches;
using DcrDsl.Definition;
using DcrDsl.Models;
using DcrDsl.Objectives;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Training;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = DcrDsl.Training.AdamW;

namespace DcrDsl.Runtime.Tests.Runs.Profiling;

/// <summary>Where the time of a stage run goes: the phases that its functions say, the counts beside them, and how they are told.</summary>
public class ProfileTests
{
    [Theory, InlineData(1), InlineData(3)]
    public void Each_part_of_a_step_is_a_phase_of_its_own(int parts)
    {
        using var scope = NewDisposeScope();
        using var model = NewModel();
        var (batches, run) = (Batches(model), NewRun());
        using var optimiser = new AdamW(model.Decoder.Parameters);
        using var clock = PhaseClock.Start(Phase.Other);
        for (int step = 0; step < 2; step++)
        {
            optimiser.ZeroGradients();
            var whole = new BatchLoss();
            foreach (var (part, share) in batches.InParts(step, parts))
            {
                using var inner = NewDisposeScope();
                var states = HiddenStates.Rows(model.Decoder.Forward(part.Tokens), part.Rows);
                whole.Backward(LanguageModelLoss.CrossEntropy(model.Decoder, states, part.Targets), share, part.Tokens.Count);
            }
            var norm = Gradients.Clip(model.Decoder.Parameters, maxNorm: 1);
            optimiser.Step(1e-3);
            run.Log(step, 2, whole.Loss, norm, 1e-3, whole.Tokens, every: 1);
        }
        Assert.Equal([Phase.Other, Phase.Data, Phase.Forward, Phase.Backward, Phase.Optimiser], clock.Read().Keys.Order());
        Assert.Equal(run.Tokens, clock.RealTokens);
        Assert.InRange(clock.ComputedTokens, 1, clock.RealTokens);
        Assert.True(clock.PaddedTokens >= clock.RealTokens);
    }

    [Fact]
    public void Padding_and_what_is_computed_once_are_counted()
    {
        using var scope = NewDisposeScope();
        using var clock = PhaseClock.Start(Phase.Other);
        int[][] texts =
        [
            [1, 2, 3],
            [1, 2, 3],
            [4, 5, 6, 7, 8],
        ];
        PhaseClock.Drawn(PackedTokens.Of([.. texts.Select(t => new ArraySegment<int>(t))], CPU));
        Assert.Equal((11, 8, 15), (clock.RealTokens, clock.ComputedTokens, clock.PaddedTokens));
    }

    [Fact]
    public void Nothing_is_measured_where_nobody_asks_and_a_clock_within_another_leaves_that_running()
    {
        PhaseClock.Enter(Phase.Forward);
        PhaseClock.Leave();
        using var outer = PhaseClock.Start(Phase.Judging);
        using (var inner = PhaseClock.Start(Phase.Other))
        {
            PhaseClock.Enter(Phase.Decode);
            Assert.Contains(Phase.Decode, inner.Read().Keys);
        }
        PhaseClock.Enter(Phase.Watching);
        PhaseClock.Leave();
        Assert.Equal([Phase.Watching, Phase.Judging], outer.Read().Keys.Order());
    }

    /// <summary>What programs call to be measured changes nothing, so that keys of stage runs know nothing of it.</summary>
    [Fact]
    public void Calls_of_the_clock_are_marked_as_without_effect() =>
        Assert.All(
            new[] { nameof(PhaseClock.Enter), nameof(PhaseClock.Leave), nameof(PhaseClock.Drawn) },
            name => Assert.True(typeof(PhaseClock).GetMethod(name)!.IsDefined(typeof(NoEffectOnResultAttribute), inherit: false))
        );

    [Fact]
    public void A_stage_run_is_measured_with_the_peak_of_a_product_and_the_memory()
    {
        using var scope = NewDisposeScope();
        using var profiling = new DcrDsl.Execution.Profiling(new Train((_, _) => { }), CPU);
        PhaseClock.Enter(Phase.Backward);
        var profile = profiling.End(operations: 5);
        Assert.Equal(5, profile.Operations);
        Assert.Contains(nameof(Phase.Backward), profile.Seconds.Keys);
        Assert.True(profile.PeakOperationsPerSecond > 1e6);
        Assert.True(profile.PeakMemoryBytes > 1e6);
    }

    [Fact]
    public async Task Run_shows_it_keeps_it_and_reports_it()
    {
        string folder = Directory.CreateTempSubdirectory("dcrdsl").FullName,
            results = Path.Combine(folder, "results");
        var (code, output, _) = await InProcess.Run(
            FakeExperiment.Of(),
            ["run", "fake", "--profile", "--seed", "0", "--arm", "STL", "--store", "none", "--out", results]
        );
        Assert.Equal(0, code);
        Assert.Contains("Where the time went", output);
        var run = RunResults.Load(results);
        Assert.All(run.StageRuns, r => Assert.NotNull(r.Profile));
        Assert.Contains("Where the time went", File.ReadAllText(Path.Combine(results, "report.html")));

        var (again, plain, _) = await InProcess.Run(
            FakeExperiment.Of(),
            ["run", "fake", "--seed", "0", "--arm", "STL", "--store", "none", "--out", results + "2"]
        );
        Assert.Equal(0, again);
        Assert.DoesNotContain("Where the time went", plain);
        Assert.DoesNotContain("profile", File.ReadAllText(Path.Combine(results + "2", "stages.jsonl")));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Shares of the sum of phases; the share of the peak is that of the time in which the model computed.</summary>
    [Fact]
    public void Tables_have_shares_and_speeds()
    {
        var profile = new StageProfile(
            new Dictionary<string, double>
            {
                ["Forward"] = 1,
                ["Backward"] = 2,
                ["Optimiser"] = 1,
            },
            Operations: 60e9,
            PeakOperationsPerSecond: 40e9,
            ComputedTokens: 300,
            RealTokens: 450,
            PaddedTokens: 600,
            PeakMemoryBytes: 123_000_000
        );
        var record = new StageRunRecord(
            "a",
            "Learn",
            "pretraining",
            null,
            0,
            "",
            new Dictionary<string, string>(),
            1,
            4,
            450,
            [],
            [],
            false
        )
        {
            Profile = profile,
        };
        ReportTable[] tables = [.. ProfileTables.Of([record], "run")];
        Assert.Equal(["stage", "stage runs", "seconds", "forward", "backward", "optimiser"], tables[0].Columns.Select(c => c.Head));
        Assert.Equal(["Learn", "1", "4.0", "25", "50", "25"], tables[0].Rows[0].Select(c => c.Text));
        Assert.Equal(["Learn", "20.0", "50", "150", "200", "50", "123"], tables[1].Rows[0].Select(c => c.Text));
    }

    static LanguageModel NewModel() =>
        ToyWorldModel.Create(
            new ToyLlama
            {
                Layers = 2,
                Width = 16,
                Heads = 2,
                KeyValueHeads = 1,
                FeedForward = 24,
            },
            3,
            CPU
        );

    static StageRun NewRun() => new("Learn", 0, new Dictionary<string, AxisValue>(), CPU, _ => { }, CancellationToken.None);

    static TextBatches Batches(LanguageModel model) =>
        TextBatches.OnResponses(
            NewRun().Load(new ToyWorldPrompts { Answers = ToyWorldAnswers.Tip, Take = 12 }, model.Chat),
            model.Chat,
            size: 6,
            seed: 0,
            purpose: "Learn",
            CPU
        );
}
