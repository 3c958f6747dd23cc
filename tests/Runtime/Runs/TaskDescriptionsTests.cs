using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Planning;
using DcrDsl.Reports;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>What is said of tasks: which set, how many rows, and whether a stage trains on it.</summary>
public sealed class TaskDescriptionsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl-tasks-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static PromptFile File(PromptTask task) => (PromptFile)task.Prompts;

    static ExperimentDefinition Measured(PromptFile refinedOn, params EvaluationTask[] tasks) =>
        FakeExperiment
            .Of()
            .With(
                ("Dcr", new ContrastiveRefinement { SeeminglyToxic = refinedOn, Toxic = ToyWorld.RefinementToxic }),
                ("Score", new EvaluationGrid { Tasks = ValueList.Of(tasks) })
            );

    static Plan Planned(ExperimentDefinition definition) => Plan.Of(definition, Selection.Everything);

    RunPaths Paths => new(new Dictionary<string, string> { ["data"] = folder });

    void Write(string file, int rows)
    {
        string path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(
            path,
            "prompt,category\n" + string.Concat(Enumerable.Range(0, rows).Select(i => FormattableString.Invariant($"Why {i}?,a\n")))
        );
    }

    [Theory]
    [InlineData(1300, "or-bench-hard-1k.csv has 1,300 prompts, the published set OrBenchHard 1,319.")]
    [InlineData(1, "or-bench-hard-1k.csv has 1 prompt, the published set OrBenchHard 1,319.")]
    [InlineData(1319, null)]
    public void A_file_of_another_size_than_published_is_told(int rows, string? note)
    {
        Write("or-bench/or-bench-hard-1k.csv", rows);
        var plan = Planned(Measured(File(PublishedTasks.XSTest), PublishedTasks.OrBenchHard));
        Assert.Equal(note is null ? [] : [note], TaskDescriptions.Counts(plan, Paths));
        Assert.Equal((rows, 1319), (TaskDescriptions.Of(plan, Paths).Single().Rows, TaskDescriptions.Of(plan, Paths).Single().Published));
        // Where the file is not at hand, nothing is said of it.
        Assert.Empty(TaskDescriptions.Counts(plan, RunPaths.None));
        Assert.Null(TaskDescriptions.Of(plan, RunPaths.None).Single().Rows);
    }

    [Fact]
    public void Versions_are_named_and_questions_counted_as_such()
    {
        System.IO.File.WriteAllText(Path.Combine(folder, "q.jsonl"), """{"category":"1","turns":["Why?"]}""");
        System.IO.File.WriteAllText(
            Path.Combine(folder, "arc.jsonl"),
            """{"question":"Why?","choices":{"text":["a","b"],"label":["A","B"]},"answerKey":"A"}"""
        );
        var plan = Planned(
            Measured(
                File(PublishedTasks.XSTest),
                PublishedTasks.SorryBench.At("{data}/q.jsonl"),
                PublishedTasks.ArcEasy.At("{data}/arc.jsonl")
            )
        );
        Assert.Equal(
            [
                "q.jsonl has 1 prompt, the published set SorryBench 440 or 450.",
                "arc.jsonl has 1 question, the published set ArcEasy 2,376.",
            ],
            TaskDescriptions.Counts(plan, Paths)
        );
    }

    [Fact]
    public void What_a_stage_trains_on_is_in_distribution_and_what_shares_prompts_perhaps()
    {
        var plan = Planned(
            Measured(
                File(PublishedTasks.XSTest.At("mine.csv")),
                PublishedTasks.HelmXSTest with
                {
                    InDistribution = true,
                },
                PublishedTasks.XSTestUnsafe,
                PublishedTasks.OrBenchHard,
                ToyWorld.Toxic
            )
        );
        var tasks = TaskDescriptions.Of(plan, RunPaths.None);
        Assert.Equal(["Dcr (DCR)"], tasks[0].Trained);
        Assert.True(tasks[0].Declared);
        Assert.All(tasks.Skip(1), t => Assert.Empty(t.Trained));
        Assert.All(tasks, t => Assert.Empty(t.Perhaps));
        Assert.Equal(["HelmXSTest", "XSTestUnsafe", "OrBenchHard", null], tasks.Select(t => t.Set));
        Assert.Contains("refines on its safe prompts", tasks[0].KnownElsewhere, StringComparison.Ordinal);

        // Toxic prompts of AdvBench are known to be in JailbreakBench, and a nameless file of its layout may be another of it.
        var refined = new ContrastiveRefinement
        {
            SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic,
            Toxic = File(PublishedTasks.AdvBench.At("train.csv")) with { Set = null },
        };
        plan = Planned(
            FakeExperiment
                .Of()
                .With(
                    ("Dcr", refined),
                    (
                        "Score",
                        new EvaluationGrid { Tasks = [PublishedTasks.JailbreakBench, PublishedTasks.AdvBench, PublishedTasks.OKTest] }
                    )
                )
        );
        tasks = TaskDescriptions.Of(plan, RunPaths.None);
        Assert.Equal(["shares prompts with AdvBench, on which Dcr (DCR) trains"], tasks[0].Perhaps);
        Assert.Equal(["may hold prompts of another file of the layout AdvBench, on which Dcr (DCR) trains"], tasks[1].Perhaps);
        Assert.Empty(tasks[2].Perhaps);
        Assert.Equal(
            "JailbreakBench shares prompts with AdvBench, on which Dcr (DCR) trains.",
            TaskDescriptions.Notes(plan, RunPaths.None).First()
        );
    }

    /// <summary>Parts of one file are told apart by their declarations, so no guess is made about them.</summary>
    [Fact]
    public void Parts_of_one_file_that_do_not_overlap_are_held_out()
    {
        var safe = File(PublishedTasks.XSTest) with { Set = null };
        var task = PublishedTasks.XSTest with { Prompts = safe with { Split = Split.Between(0.5, 1) } };
        var tasks = TaskDescriptions.Of(Planned(Measured(safe with { Split = Split.Between(0, 0.5) }, task)), RunPaths.None);
        Assert.Equal((0, 0, false), (tasks[0].Trained.Count, tasks[0].Perhaps.Count, tasks[0].Declared));
    }

    [Fact]
    public void The_report_says_it()
    {
        Write("or-bench/or-bench-hard-1k.csv", 3);
        var definition = Measured(
            File(PublishedTasks.XSTest),
            PublishedTasks.XSTest with
            {
                InDistribution = true,
            },
            PublishedTasks.OrBenchHard
        );
        using var run = new FakeRun(
            definition,
            described: r =>
                r with
                {
                    Tasks = TaskDescriptions.Of(Planned(definition), Paths),
                    SetNotes = TaskDescriptions.Counts(Planned(definition), Paths),
                }
        );
        string markdown = MarkdownReport.Of(ReportModel.Of(run.Results));
        Assert.Contains("| OrBenchHard | OrBenchHard | 3 | 1,319 | no |", markdown, StringComparison.Ordinal);
        Assert.Contains("| XSTest | XSTest | – | 450 | yes: Dcr (DCR) trains on it |", markdown, StringComparison.Ordinal);
        Assert.Contains("or-bench-hard-1k.csv has 3 prompts, the published set OrBenchHard 1,319.", markdown, StringComparison.Ordinal);
        Assert.Contains("XSTest: the DCR paper refines on its safe prompts and evaluates on it.", markdown, StringComparison.Ordinal);
    }
}
