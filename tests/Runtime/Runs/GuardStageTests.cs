using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Guarding;
using DcrDsl.Execution;
using DcrDsl.Models;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.Guards;
using DcrDsl.Models.Interventions;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Runtime.Tests.Runs.Checkpoints;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Arms whose model is asked through guards, from the run to the report.</summary>
public sealed class GuardStageTests : IDisposable
{
    static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    static readonly ExperimentDefinition Definition = ToyExperiment.Of(
        ("plain", [ToyExperiment.Base]),
        ("rules", [ToyExperiment.Base, ToyExperiment.Attached(Rules, "Rules")]),
        ("chain", [ToyExperiment.Base, ToyExperiment.Attached(Chain, "Chain")]),
        ("thought", [ToyExperiment.Base, ToyExperiment.Attached(Thought, "Think")])
    );

    static Attachment Rules(LanguageModel model, StageRun? run) =>
        Guards.OnPrompts("Rules", ["a", "my"], PhraseMatch.WholeWords, RuleTriggers.CannedRefusal);

    /// <summary>Everything that the model has read is refused.</summary>
    static Attachment Chain(LanguageModel model, StageRun? run)
    {
        using var scope = NewDisposeScope();
        return new ClassifierGuard(
            new PromptClassifier(2, zeros(model.Decoder.Config.HiddenSize), bias: 1, threshold: 0.5),
            new ClassifierTable(2, 0.01, 128, 120, 5, 0.25, 0.5, [1.5, 0.25], [-1, -2.5], 1),
            null,
            RuleTriggers.CannedRefusal
        );
    }

    static Attachment Thought(LanguageModel model, StageRun? run) => Guards.Revision("Think", model, "why {answer} ?", "{critique} so ?");

    [Fact]
    public async Task What_guards_did_and_cost_is_in_the_results_and_the_report()
    {
        var read = RunResults.Load((await Run("run", export: "Chain")).Folder);

        var rules = Account(read, "Rules");
        Assert.Equal([PromptClass.SeeminglyToxic, PromptClass.Toxic], rules.Classes.Select(c => c.Class));
        Assert.All(rules.Classes, c => Assert.InRange(c.RefusedByPhrase, 1, c.Prompts - 1));
        Assert.Equal((20, 0, 0, 0), (rules.Prompts, rules.ExtraPasses, rules.ExtraPromptTokens, rules.ExtraTokens));
        Assert.All(Account(read, "Chain").Classes, c => Assert.Equal(c.Prompts, c.RefusedByState));
        var thought = Account(read, "Think");
        Assert.All(thought.Classes, c => Assert.Equal(c.Prompts, c.Revised));
        Assert.True(thought.ExtraPromptTokens > thought.ExtraTokens && thought.ExtraTokens >= 2 * thought.Prompts);
        Assert.Null(read.StageRuns.Single(r => r.Stage == "Score" && r.Parent == "seed0-Base").Guarding);

        var chain = Assert.IsType<ClassifierTable>(read.StageRuns.Single(r => r.Stage == "Chain").Findings);
        Assert.Equal([-1, -2.5], chain.Harmless);
        var cell = read.Cells.Single(c => c.Arm == "chain");
        Assert.Equal(
            (1.0, 0.0, 0.5),
            (cell.Metrics[Metric.DefenceSuccessRate], cell.Metrics[Metric.ComplianceRate], cell.Metrics[Metric.Auc])
        );
        Assert.All(
            read.Scores(read.Cells.Single(c => c.Arm == "thought")).PromptTasks.SelectMany(t => t.Items),
            i => Assert.Equal(2, i.Answer.Guarded!.Drafts.Count)
        );

        string report = MarkdownReport.Of(ReportModel.Of(read));
        Assert.Contains("## Guards", report, StringComparison.Ordinal);
        Assert.Contains("| seed0-Chain | 2 | 128, 120 | 5 | 1.000 | 0.50 | 50.0 | 0.0 |", report, StringComparison.Ordinal);
        Assert.Contains("| chain | toxic | 0.0 | 100.0 | 0.0 | 0.0 |", report, StringComparison.Ordinal);
        Assert.Contains("| thought | seemingly toxic | 0.0 | 0.0 | 0.0 | 100.0 |", report, StringComparison.Ordinal);
        Assert.Contains("| rules | 0.00 | 0.00 | 0.00 |", report, StringComparison.Ordinal);
        Assert.DoesNotContain("## Steering", report, StringComparison.Ordinal);

        // What was exported stands around its model again.
        using var opened = HuggingFaceModel.Open(
            new HuggingFace { Path = Path.Combine(root, "run", "models", "seed0-Chain") },
            0,
            TorchSharp.torch.CPU
        );
        Assert.IsType<ClassifierGuard>(Assert.Single(opened.Attachments));
    }

    [Fact]
    public async Task A_report_without_guards_says_nothing_of_them()
    {
        var ended = await ExperimentRun.StartAsync(
            ToyExperiment.Of(("plain", [ToyExperiment.Base])),
            new RunSettings { Folder = Path.Combine(root, "plain"), Threads = 1 },
            cancellation: Stop
        );
        Assert.DoesNotContain("## Guards", MarkdownReport.Of(ReportModel.Of(ended.Results)), StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(Path.Combine(root, "plain"), "*.jsonl"), f => Assert.DoesNotContain("guard", File.ReadAllText(f)));
    }

    [Fact]
    public async Task Stored_answers_can_be_judged_again()
    {
        var ended = await Run("run");
        var before = RunResults.Load(ended.Folder);
        Assert.Empty((await JudgedAgain.Of(before, ["ToyWorld.Judge"], Stop)).Changed);
        var judged = await JudgedAgain.Of(before, ["RefusalJudges.XSTest"], Stop);
        Assert.Equal(["RefusalJudges.XSTest (plain-1)"], judged.Judges);
        var after = RunResults.Load(ended.Folder);
        Assert.Equal(1, after.Cells.Single(c => c.Arm == "chain").Metrics[Metric.DefenceSuccessRate]);
        Assert.Equal(Fates(before), Fates(after));

        static IEnumerable<GuardFate?> Fates(RunResults run) =>
            run.Cells.SelectMany(c => run.Scores(c).PromptTasks).SelectMany(t => t.Items).Select(i => i.Answer.Guarded?.Fate);
    }

    [Theory]
    [InlineData("rules")]
    [InlineData("chain")]
    [InlineData("thought")]
    public void Stopped_after_a_batch_it_goes_on_with_the_same_answers(string arm)
    {
        using var model = ToyWorldModel.Create(new ToyLlama { Layers = 2, Width = 16 }, 3, TorchSharp.torch.CPU);
        model.Attach(
            arm switch
            {
                "rules" => Rules(model, null),
                "chain" => Chain(model, null),
                _ => Thought(model, null),
            }
        );
        var (whole, account) = Evaluate(null);
        for (int after = 1; after < 5; after++)
        {
            using var runs = new CheckpointedRun();
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => Evaluate(runs.Checkpoints(), stop, stopAt: 2 * after));
            var (text, same) = Evaluate(runs.Checkpoints());
            Assert.Equal(whole, text);
            Assert.Equal(account.Classes, same.Classes);
            Assert.Equal((account.ExtraPasses, account.ExtraPromptTokens), (same.ExtraPasses, same.ExtraPromptTokens));
        }

        (string, GuardAccount) Evaluate(IStageCheckpoints? checkpoints, CancellationTokenSource? stop = null, int? stopAt = null)
        {
            var run = CheckpointedRun.New(
                checkpoints,
                done =>
                {
                    if (done == stopAt)
                        stop!.Cancel();
                },
                stop
            );
            var answer = new Answer(
                (asking, given) =>
                    new Answers([
                        PromptTaskRun.Run(
                            "SeeminglyToxic",
                            given.Load(
                                new ToyWorldPrompts
                                {
                                    Part = ToyWorldPart.Evaluation,
                                    Class = PromptClass.SeeminglyToxic,
                                    Take = 10,
                                },
                                asking.Chat
                            ),
                            asking,
                            [],
                            maxNewTokens: 6,
                            batch: 2,
                            cancellation: given.Cancellation
                        ),
                    ])
            );
            using var product = answer.Run(new Borrowed(model), run);
            var answers = ((AnswersProduct)product).Answers;
            string file = Path.Combine(root, $"{Guid.NewGuid()}.jsonl");
            AnswersFile.Write(file, answers);
            return (File.ReadAllText(file), run.Guarding!);
        }
    }

    sealed class Borrowed(LanguageModel model) : IStageInput
    {
        public LanguageModel TakeModel() => throw new NotSupportedException();

        public LanguageModel BorrowModel() => model;

        public Answers Answers => throw new NotSupportedException();
    }

    static GuardAccount Account(RunResults run, string stage) =>
        run.StageRuns.Single(r => r.Stage == "Score" && r.Parent == $"seed0-{stage}").Guarding!;

    Task<EndedRun> Run(string folder, params string[] export) =>
        ExperimentRun.StartAsync(
            Definition,
            new RunSettings
            {
                Folder = Path.Combine(root, folder),
                Threads = 1,
                Export = export,
            },
            cancellation: Stop
        );
}
