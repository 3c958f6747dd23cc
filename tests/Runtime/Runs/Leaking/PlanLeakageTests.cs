using DcrDsl.Definition;
using DcrDsl.Evaluation.Leaking;
using DcrDsl.Execution.Leaking;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs.Leaking;

/// <summary>What a plan trains on and measures on is compared by content, through the loaders of a run, with both places.</summary>
public sealed class PlanLeakageTests : IDisposable
{
    readonly PlannedFiles files = new();

    public void Dispose() => files.Dispose();

    FoundLeakage Found(Leakage? leakage = null, bool inDistribution = false, PromptSource? trained = null) =>
        PlanLeakage.Of(
            files.Plan(leakage, inDistribution, trained),
            RunPaths.None,
            [],
            cancellation: TestContext.Current.CancellationToken
        )!;

    [Fact]
    public void Every_kind_is_found_with_both_places()
    {
        var found = Found();
        Assert.Equal(
            [
                ("Normalised", 0, "measured.csv, line 2", "Align.Watch[0].SeeminglyToxic", "watched.json, item 2"),
                ("Normalised", 1, "measured.csv, line 4", "Align.General", "trained.jsonl, line 1"),
                ("Normalised", 1, "measured.csv, line 4", "Align.Refusals", "trained.jsonl, line 1"),
                ("Words", 2, "measured.csv, line 5", "Align.General", "trained.jsonl, line 3"),
                ("Exact", 3, "measured.csv, line 6", "Align.General", "trained.jsonl, line 4"),
                ("Words", 4, "measured.csv, line 7", "Align.General", "trained.jsonl, line 5"),
            ],
            found.Overlaps.Select(o => ($"{o.Kind}", o.Item, Name(o.Evaluated.Origin), o.Source, Name(o.Trained.Origin)))
        );
        Assert.Equal([true, false, false, false, false, false], found.Overlaps.Select(o => o.Watched));
        Assert.Equal([false, false, false, false, false, true], found.Overlaps.Select(o => o.InAnswer));
        Assert.Equal("engine turns heat into work", string.Join(' ', PlannedFiles.Long.Split(' ')[^5..]));
        Assert.Equal("please explain to me in simple words how", found.Overlaps[3].Words);
        Assert.Equal([5, 5, 5], found.Compared.Pairs.Select(p => p.Evaluated));
        Assert.Equal([4, 1, 2], found.Compared.Pairs.Select(p => p.Trained).OrderByDescending(n => n == 4).ThenBy(n => n));
        Assert.Empty(found.Compared.NotCompared);
    }

    [Fact]
    public void Nothing_is_looked_for_where_overlaps_are_ignored() =>
        Assert.Null(PlanLeakage.Of(files.Plan(Leakage.Ignored), RunPaths.None, [], cancellation: TestContext.Current.CancellationToken));

    [Fact]
    public void A_longer_run_of_words_can_be_asked_for() =>
        Assert.DoesNotContain(Found(new Leakage { Words = 10 }).Overlaps, o => o.Item == 2);

    /// <summary>What a model will answer is not known, its prompts are; the first of them are taken.</summary>
    [Fact]
    public void Self_answered_prompts_count()
    {
        var found = Found(trained: new SelfAnswered { Prompts = files.Trained, Take = 2 });
        Assert.Equal([1, 2], found.Overlaps.Where(o => o.Source == "Align.General").Select(o => o.Item));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named_and_the_others_are_compared()
    {
        var found = Found(trained: new PromptFile { Path = files.At("nowhere.csv"), ResponseColumn = "answer" });
        Assert.StartsWith("Align.General is not compared: ", Assert.Single(found.Compared.NotCompared), StringComparison.Ordinal);
        Assert.Equal(["Align.Refusals", "Align.Watch[0].SeeminglyToxic"], found.Overlaps.Select(o => o.Source).Distinct().Order());
    }

    /// <summary>
    /// ToyWorld's parts share no prompt, which tests of the corpus hold and its sources say, so a plan of many seeds makes none of them; a
    /// part that is measured on as well is compared, whole prompts only.
    /// </summary>
    [Fact]
    public void Prompts_of_templates_are_compared_where_they_may_be_the_same_and_whole()
    {
        static FoundLeakage Of(PromptTask[] tasks) =>
            PlanLeakage.Of(
                DcrDsl.Planning.Plan.Of(
                    FakeExperiment.Of().With(("Score", new EvaluationGrid { Tasks = [.. tasks] })),
                    new DcrDsl.Planning.Selection { Seeds = [1] }
                ),
                RunPaths.None,
                [],
                cancellation: TestContext.Current.CancellationToken
            )!;
        Assert.Empty(Of([ToyWorld.SeeminglyToxic, ToyWorld.Toxic]).Compared.Pairs);

        var found = Of([
            ToyWorld.Toxic,
            new PromptTask
            {
                Name = "Refined",
                Prompts = ToyWorld.RefinementToxic with { Take = 20 },
                InDistribution = true,
            },
        ]);
        Assert.Equal(["Refined"], found.Compared.Pairs.Select(p => p.Task).Distinct());
        Assert.All(found.Overlaps, o => Assert.Equal((OverlapKind.Exact, true), (o.Kind, o.InDistribution)));
        Assert.NotEmpty(found.Overlaps);
    }

    [Fact]
    public void What_is_refused_is_a_sentence_with_the_closest_pair_and_the_lists_place()
    {
        Assert.Null(LeakageText.Refusal("files", Found(), "here"));
        Assert.Null(LeakageText.Refusal("files", Found(Leakage.Strict, inDistribution: true), "here"));
        string sentence = LeakageText.Refusal("files", Found(Leakage.Strict), "list.jsonl lists all of them")!;
        Assert.StartsWith(
            "files: Leakage is strict, and 5 prompts of Measured stand in what is trained on: ",
            sentence,
            StringComparison.Ordinal
        );
        Assert.Contains("measured.csv, line 6 (\u201chow do i fry an egg ?\u201d) = ", sentence, StringComparison.Ordinal);
        Assert.EndsWith(
            "and 4 more; take them out of one of the two, or say InDistribution of the task; list.jsonl lists all of them.",
            sentence,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_plan_shows_them_lists_them_and_refuses_them()
    {
        string list = files.At("overlaps.jsonl");
        var (code, output, _) = await InProcess.Run(files.Of(), "plan", "files", "--overlaps", list);
        Assert.Equal(0, code);
        Assert.Contains(
            "Leakage: 5 prompts of Measured stand in what Align.Watch[0].SeeminglyToxic, Align.General",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains("same words", output, StringComparison.Ordinal);
        Assert.Equal(7, File.ReadAllLines(list).Length);

        var (strict, _, error) = await InProcess.Run(files.Of(Leakage.Strict), "plan", "files");
        Assert.Equal(1, strict);
        Assert.EndsWith("plan files --overlaps FILE lists all of them.", error.Trim(), StringComparison.Ordinal);

        var (said, inDistribution, _) = await InProcess.Run(files.Of(Leakage.Strict, inDistribution: true), "plan", "files");
        Assert.Equal(0, said);
        Assert.Contains("in-distribution", inDistribution, StringComparison.Ordinal);
    }

    /// <summary>Nothing is trained, and the list lies in the run's folder.</summary>
    [Fact]
    public async Task A_run_refuses_them_before_it_trains()
    {
        var (code, _, error) = await InProcess.Run(
            files.Of(Leakage.Strict),
            "run",
            "files",
            "--out",
            files.Folder,
            "--store",
            files.At("store")
        );
        Assert.Equal(1, code);
        Assert.Contains("Leakage is strict, and 5 prompts of Measured", error, StringComparison.Ordinal);
        string list = Path.Combine(files.Folder, RunFiles.Leakage);
        Assert.Contains($"{list} lists all of them.", error, StringComparison.Ordinal);
        Assert.Equal(6, OverlapFile.Read(files.Folder)!.Overlaps.Count);
        Assert.Equal(0, files.TimesTrained);
    }

    [Fact]
    public async Task A_run_reports_them()
    {
        var (code, output, error) = await InProcess.Run(files.Of(), "run", "files", "--out", files.Folder, "--store", files.At("store"));
        Assert.Equal(0, code);
        Assert.Contains("Leakage: 5 prompts of Measured", error, StringComparison.Ordinal);
        Assert.Contains("Metrics with and without prompts that are trained on", output, StringComparison.Ordinal);
        Assert.Equal(1, files.TimesTrained);
    }

    [Fact]
    public void The_files_of_a_run_are_read_back()
    {
        Directory.CreateDirectory(files.Folder);
        var found = Found() with
        {
            Neighbours = [new("Measured", 0, null, new("a, line 1", "x"), "Align.General", new("b, line 2", "y"), 0.25)],
        };
        OverlapFile.Write(files.Folder, found);
        var read = OverlapFile.Read(files.Folder)!;
        Assert.Equal(found.Overlaps, read.Overlaps);
        Assert.Equal(found.Neighbours, read.Neighbours);
        Assert.Equal(found.Compared.Pairs, read.Compared.Pairs);

        string path = Path.Combine(files.Folder, RunFiles.Leakage);
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"item\":2", "\"item\":two", StringComparison.Ordinal));
        Assert.Contains(
            "leakage.jsonl, line 5: ",
            Assert.Throws<InputException>(() => OverlapFile.Read(files.Folder)).Message,
            StringComparison.Ordinal
        );
    }

    static string Name(string origin) => origin[(origin.LastIndexOf(Path.DirectorySeparatorChar) + 1)..];
}
