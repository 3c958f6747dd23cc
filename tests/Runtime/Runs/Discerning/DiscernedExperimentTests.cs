using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Reports;
using DcrDsl.Specs;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Runtime.Tests.Runs.Discerning;

/// <summary>Whether a refinement discerned, on its way to the output of a run, its results and its report.</summary>
public sealed class DiscernedExperimentTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;
    int runs;

    public void Dispose() => Directory.Delete(root, recursive: true);

    async Task<(EndedRun Ended, RecordingLogger Log)> Run(RefinedModel stage)
    {
        var log = new RecordingLogger();
        var ended = await ExperimentRun.StartAsync(
            ToyExperiment.Of(
                (
                    "DCR",
                    [
                        ToyExperiment.Base,
                        new StageDefinition(
                            "Dcr",
                            "Dcr",
                            new ContrastiveRefinement(),
                            [],
                            new Train((model, run) => stage.Refine(model, run))
                        ),
                    ]
                )
            ) with
            {
                Seeds = [0, 1],
            },
            new RunSettings
            {
                Folder = Path.Combine(root, FormattableString.Invariant($"run{++runs}")),
                Store = Path.Combine(root, "store"),
                Threads = 1,
            },
            logger: log,
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Empty(ended.Outcome.Failed);
        return (ended, log);
    }

    /// <summary>Eight steps from random weights discern nothing, and that is said again where they come from the store.</summary>
    [Fact]
    public async Task A_refinement_that_did_not_discern_is_warned_of_in_output_and_report()
    {
        var stage = new RefinedModel(Auc: 0, Labels: PairLabels.Random);
        var (ended, log) = await Run(stage);
        var refined = ended.Results.StageRuns.Where(r => r.Stage == "Dcr").ToArray();
        Assert.All(refined, r => Assert.Equal((2, 2), (r.Steps, r.Discernment!.Stopped!.Step)));
        Assert.All(refined, r => Assert.False(r.Discernment!.Discerned));
        string[] warnings = Warnings(log);
        Assert.Equal(2, warnings.Length);
        Assert.StartsWith("seed0-Dcr did not discern: ", warnings.Order().First(), StringComparison.Ordinal);
        Assert.Contains(log.All, l => l.Level == LogLevel.Information && l.Line.Contains("held-out pairs: AUC ", StringComparison.Ordinal));
        Assert.Contains(log.All, l => l.Line.Contains("seed0-Dcr ended after step 2 of 8, as held-out", StringComparison.Ordinal));

        var report = ReportModel.Of(ended.Results);
        var first = report.Sections.First(s => s.Place == SectionPlace.Front);
        Assert.Equal("Discernment", first.Title);
        var lines = Assert.IsType<ReportList>(Assert.Single(first.Parts)).Items;
        Assert.Equal(5, lines.Count);
        Assert.StartsWith("DCR, Dcr (ℓ = ", lines[0], StringComparison.Ordinal);
        Assert.Contains("; means of 2 stage runs): held-out pairs: AUC ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("seed0-Dcr ended after step 2 of 8", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("Warning: seed0-Dcr did not discern: ", lines[3], StringComparison.Ordinal);
        string markdown = MarkdownReport.Of(report);
        Assert.Contains("Dcr: which layer", markdown, StringComparison.Ordinal);
        Assert.Equal(4, report.Sections.Single(s => s.Title == "Dcr: which layer").Parts.OfType<ReportTable>().Single().Rows.Count);

        var (again, told) = await Run(stage);
        Assert.All(again.Results.StageRuns, r => Assert.True(r.Stored));
        Assert.Equal(warnings.Order(), Warnings(told).Order());
        Assert.Equal(markdown.Count(c => c == '→'), MarkdownReport.Of(ReportModel.Of(again.Results)).Count(c => c == '→'));
    }

    [Fact]
    public async Task One_without_held_out_prompts_says_nothing()
    {
        var (ended, log) = await Run(new RefinedModel(HoldsOut: false));
        Assert.Empty(Warnings(log));
        Assert.DoesNotContain(ReportModel.Of(ended.Results).Sections, s => s.Title == "Discernment");
        Assert.DoesNotContain("discernment", File.ReadAllText(Path.Combine(ended.Folder, "stages.jsonl")), StringComparison.Ordinal);
    }

    static string[] Warnings(RecordingLogger log) => [.. log.All.Where(l => l.Level == LogLevel.Warning).Select(l => l.Line)];
}
