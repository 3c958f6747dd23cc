using DcrDsl.Data;
using DcrDsl.Definition;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Models;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Runtime.Tests.Runs;
using DcrDsl.Runtime.Tests.Runs.Checkpoints;
using DcrDsl.Runtime.Tests.Runs.Watching;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Coupling;

/// <summary>The kernel coupling as something that is watched: what is read, kept and reported.</summary>
public sealed class CouplingWatchTests
{
    const int PerClass = 3;

    [Fact]
    public void Means_are_those_of_the_matrix_that_is_kept()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = TrainedStage.NewModel();
        var values = Watch(model).Read(model, TestContext.Current.CancellationToken);

        var rows = values.Where(v => v.Measure == "couplingRow").ToList();
        Assert.Equal(3 * PerClass, rows.Count);
        Assert.All(rows.Index(), r => Assert.Equal(1, r.Item.Row![r.Index]));
        int[] seemingly = [0, 1, 2],
            toxic = [3, 4, 5],
            general = [6, 7, 8];
        Assert.Equal(Mean(seemingly, toxic), Value("coupling", "SeeminglyToxic → Toxic"), 1e-12);
        Assert.Equal(Mean(toxic, seemingly), Value("coupling", "Toxic → SeeminglyToxic"), 1e-12);
        Assert.Equal(Mean(general, general), Value("coupling", "General → General"), 1e-12);
        Assert.Equal(
            (Mean(seemingly, toxic) + Mean(toxic, seemingly)) / (Mean(seemingly, seemingly) + Mean(toxic, toxic)),
            Value("crossOverWithin", ""),
            1e-12
        );
        Assert.Equal(
            seemingly.SelectMany(i => toxic.Select(j => rows[i].Row![j] * rows[i].Value)).Average(),
            Value("kernelNorm", "SeeminglyToxic → Toxic"),
            1e-9
        );

        double Mean(int[] of, int[] with) => of.SelectMany(i => with.Where(j => j != i).Select(j => rows[i].Row![j])).Average();
        double Value(string measure, string of) => values.Single(v => v.Measure == measure && v.Of == of).Value;
    }

    [Fact]
    public void Of_more_prompts_the_seed_chooses_and_chooses_again_the_same()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = TrainedStage.NewModel();
        string[] first = Prompts(7),
            again = Prompts(7),
            other = Prompts(8);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        string[] Prompts(ulong seed) =>
            [.. Watch(model, seed).Read(model, TestContext.Current.CancellationToken).Where(v => v.Row is not null).Select(v => v.Of)];
    }

    [Fact]
    public void A_class_with_one_prompt_is_a_sentence()
    {
        using var model = TrainedStage.NewModel();
        var prompts = Of(model, seed: 1);
        var refusal = Assert.Throws<InputException>(() =>
            Watches.KernelCoupling(prompts with { Toxic = [prompts.Toxic[0]] }, 5, TangentParameters.All, PerClass)
        );
        Assert.Equal("The kernel coupling needs 2 prompts of each class, and Toxic has 1: give more.", refusal.Message);
    }

    [Fact]
    public void More_logits_than_tokens_are_found_before_any_weight()
    {
        using var model = TrainedStage.NewModel();
        var watch = Watches.KernelCoupling(Of(model, seed: 1), 577, TangentParameters.All, PerClass);
        Assert.Equal(
            "The kernel coupling takes the 577 largest logits of each prompt, and the model has 576 tokens: lower TopK.",
            Assert.Throws<InputException>(() => watch.Check(model)).Message
        );
    }

    [Fact]
    public void It_is_read_along_a_stage_kept_and_reported()
    {
        using var run = new FakeRun(Tuned());
        var results = run.Results;
        var stage = results.StageRuns.First(r => r.Stage == "Align");

        var couplings = results.Couplings(stage);
        Assert.Equal([0, 3, 6, 7], couplings.Select(c => c.Step));
        Assert.Equal(["SeeminglyToxic", "Toxic", "General"], couplings[0].Classes);
        Assert.Equal(3 * PerClass, couplings[0].Matrix.Count);
        Assert.NotEqual(couplings[0].CrossOverWithin, couplings[^1].CrossOverWithin);
        Assert.True(couplings[^1].MeanNorm("Toxic", "General") > 0);
        Assert.True(stage.Watching!.Operations > 0);

        var report = ReportModel.Of(results);
        var section = report.Sections.Single(s => s.Title == "Kernel coupling");
        Assert.DoesNotContain(report.Sections, s => s.Title.StartsWith("Along training", StringComparison.Ordinal));
        var table = section.Parts.OfType<ReportTable>().First();
        Assert.Equal(["STL, before Align", "STL, after Align"], table.Rows.Select(r => r[0].Text));
        Assert.Equal(1 + 9 + 1, table.Columns.Count);
        Assert.Equal(Numbers.Of(couplings[^1].CrossOverWithin, 3), table.Rows[1][^1].Text);
        string page = HtmlReport.Of(report);
        Assert.Contains("class=\"field\"", page, StringComparison.Ordinal);
        Assert.Contains("STL, after Align", MarkdownReport.Of(report), StringComparison.Ordinal);
    }

    static WatchedPrompts Of(LanguageModel model, ulong seed)
    {
        var run = CheckpointedRun.New(null);
        return new WatchedPrompts(
            run.Load(ToyWorld.WatchedSeeminglyToxic, model.Chat),
            run.Load(ToyWorld.WatchedToxic, model.Chat),
            run.Load(ToyWorld.WatchedGeneral, model.Chat),
            seed
        );
    }

    static IWatch Watch(LanguageModel model, ulong seed = 1) =>
        Watches.KernelCoupling(Of(model, seed), topK: 5, TangentParameters.All, PerClass);

    static ExperimentDefinition Tuned() =>
        ToyExperiment.Of(
            (
                "STL",
                [
                    ToyExperiment.Base,
                    new StageDefinition(
                        "Align",
                        "Align",
                        new SupervisedFineTuning { General = ToyWorld.AlignmentGeneral, Watch = [new KernelCoupling { Every = 3 }] },
                        [],
                        new Train((model, run) => new TrainedStage("fine-tuning", "AdamW").Run(model, run))
                        {
                            Watch = (model, _) => [new Watched("KernelCoupling", Every: 3, Watch(model))],
                        }
                    ),
                ]
            )
        );
}
