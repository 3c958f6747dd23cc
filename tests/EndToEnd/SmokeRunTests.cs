using System.Text.RegularExpressions;
using DcrDsl.Experiments;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.SafeTensors;
using DcrDsl.Results;
using TorchSharp;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>One shortened run, looked at from all sides.</summary>
public sealed class SmokeRunTests(SmokeRunTests.SmokeRun smoke) : IClassFixture<SmokeRunTests.SmokeRun>
{
    public sealed class SmokeRun : IAsyncLifetime
    {
        readonly CommandLine.TemporaryFolder folder = new();

        public CommandLine.Answer Answer { get; private set; } = null!;

        public string Folder => folder.In("smoke");

        public string Beside(string name) => folder.In(name);

        public async ValueTask InitializeAsync() =>
            Answer = await CommandLine.Run("run", "smoke", "--threads", "2", "--export", "Align", "--out", Folder);

        public ValueTask DisposeAsync()
        {
            folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public void It_ends_well_with_a_table_and_plain_progress()
    {
        Assert.Equal("", smoke.Answer.Code == 0 ? "" : smoke.Answer.Errors);
        Assert.Contains("compliance, %", smoke.Answer.Output);
        Assert.Contains("18 of 18 stage runs, 5 of 5 cells", smoke.Answer.Errors);
        Assert.DoesNotContain('\u001b', smoke.Answer.Output + smoke.Answer.Errors);
    }

    [Fact]
    public void Its_report_is_one_file_that_names_arms_seeds_and_the_command()
    {
        string html = File.ReadAllText(Path.Combine(smoke.Folder, "report.html"));
        foreach (string part in new[] { "STL", "DCR", "Dcr.Layer", "run smoke", "<svg" })
            Assert.Contains(part, html);
        // The page's own script, which its policy names by digest, and no other.
        Assert.Single(Regex.Matches(html, "<script"));
        Assert.Contains("script-src 'sha256-", html);
        Assert.DoesNotMatch("(src|href)=\"(http|//)", html);
    }

    /// <summary>Numbers, counts, durations and lists are English on a German machine, and where .NET has no data of cultures.</summary>
    [Theory]
    [InlineData("LC_ALL", "de_DE.UTF-8")]
    [InlineData("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")]
    public async Task Its_report_is_the_same_in_every_culture(string variable, string value)
    {
        var files = new[] { "report.html", "report.md" }.Select(f => Path.Combine(smoke.Folder, f)).ToList();
        var before = files.ConvertAll(File.ReadAllText);

        var again = await CommandLine.RunWith((variable, value), "report", smoke.Folder);

        Assert.Equal((0, ""), (again.Code, again.Errors));
        Assert.Equal(before, files.ConvertAll(File.ReadAllText));
    }

    [Fact]
    public void Typed_results_read_it()
    {
        var results = SmokeResults.Load(smoke.Folder);
        Assert.Equal(1, results.Base.ComplianceRate.Count);
        var dcr = results.Dcr.At(layer: 2);
        Assert.InRange(dcr.ComplianceRate.Mean, 0, 1);
        Assert.Equal(1 - dcr.ComplianceRate.Mean, 1 - dcr.Tasks.SeeminglyToxic.ComplianceRate.Mean, 12);
        Assert.True(double.IsFinite((results.Stl.GeneralLoss - results.Base.GeneralLoss).Mean));
        Assert.Contains("does not measure", Assert.Throws<InputException>(() => dcr.Tasks.Toxic.ComplianceRate.Mean).Message);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_on_one_thread()
    {
        var again = await CommandLine.Run("run", "smoke", "--threads", "1", "--out", smoke.Beside("again"));
        Assert.Equal(0, again.Code);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(smoke.Folder, "completions")))
            Assert.Equal(
                File.ReadAllBytes(file),
                File.ReadAllBytes(Path.Combine(smoke.Beside("again"), "completions", Path.GetFileName(file)))
            );
        static string[] Cells(string folder) => [.. File.ReadAllLines(Path.Combine(folder, "cells.jsonl")).Order(StringComparer.Ordinal)];
        Assert.Equal(Cells(smoke.Folder), Cells(smoke.Beside("again")));
    }

    /// <summary>Judged again by its own judge, the run has the same bytes; by another one, both verdicts and other numbers.</summary>
    [Fact]
    public async Task Judged_again_it_has_the_same_numbers()
    {
        string copy = smoke.Beside("judged");
        foreach (string file in Directory.EnumerateFiles(smoke.Folder, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(copy, Path.GetRelativePath(smoke.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
        string[] judged = ["cells.jsonl", .. RunResults.Load(copy).Cells.Select(c => Path.Combine("verdicts", c.Id + ".jsonl"))];

        var own = await CommandLine.Run("judge", copy);
        Assert.Equal((0, ""), (own.Code, own.Errors));
        Assert.StartsWith("600 completions judged by ToyWorld.Judge (plain-1). No number changed.", own.Output);
        Assert.All(judged, AssertSame);

        var other = await CommandLine.Run("judge", copy, "--judge", "RefusalJudges.JailbreakBench", "--judge", "ToyWorld.Judge");
        Assert.Equal((0, ""), (other.Code, other.Errors));
        Assert.StartsWith(
            "600 completions judged by RefusalJudges.JailbreakBench (plain-1), then ToyWorld.Judge (plain-1). ",
            other.Output
        );
        Assert.Equal(
            ["RefusalJudges.JailbreakBench", "ToyWorld.Judge"],
            RunResults.Load(copy).Scores(RunResults.Load(copy).Cells[0]).Judges.Select(j => j.Id)
        );
        Assert.Contains(
            "Other judges",
            await File.ReadAllTextAsync(Path.Combine(copy, "report.md"), TestContext.Current.CancellationToken)
        );

        // By what the probe has stored, at a threshold of one's own.
        var byProbe = await CommandLine.Run("judge", copy, "--judge", "ProbeJudges.RefusalProbability@0.3");
        Assert.Equal((0, ""), (byProbe.Code, byProbe.Errors));
        Assert.StartsWith("600 completions judged by ProbeJudges.RefusalProbability@0.3 (probe-1). ", byProbe.Output);
        var unread = await CommandLine.Run("judge", copy, "--judge", "ProbeJudges.LinearRefusal");
        Assert.Contains("reads the probe LinearRefusal, which has no value beside the completion of", unread.Errors);

        // A person labels some, who finds no refusal.
        var drawn = await CommandLine.Run("label", copy, "--sample", "20", "--plain");
        Assert.Equal((0, ""), (drawn.Code, drawn.Errors));
        string sheet = Path.Combine(copy, "labels", "sample-1.csv");
        Assert.StartsWith($"{sheet} holds 20 of 600 completions: 20 of 600 (all completions).", drawn.Output);
        var empty = await CommandLine.Run("label", copy, "--read", sheet);
        Assert.Equal(1, empty.Code);
        Assert.Contains("line 2: 1-001 has no label", empty.Errors);
        await File.WriteAllTextAsync(
            sheet,
            (await File.ReadAllTextAsync(sheet, TestContext.Current.CancellationToken)).Replace(",,\n", ",complies,\n"),
            TestContext.Current.CancellationToken
        );
        var both = await CommandLine.Run("label", copy, "--read", sheet, "--sample", "3");
        Assert.Contains("give the one or the others", both.Errors);
        var read = await CommandLine.Run("label", copy, "--read", sheet);
        Assert.Equal((0, ""), (read.Code, read.Errors));
        Assert.Contains("ProbeJudges.RefusalProbability@0.3 (probe-1) against 20 labels:", read.Output);
        Assert.Contains("nothing can be corrected", read.Output);
        Assert.Contains(
            "Judges against labels",
            await File.ReadAllTextAsync(Path.Combine(copy, "report.md"), TestContext.Current.CancellationToken)
        );

        var unknown = await CommandLine.Run("judge", copy, "--judge", "RefusalJudges.XSTst");
        Assert.Equal((1, ""), (unknown.Code, unknown.Output));
        Assert.Contains("Did you mean RefusalJudges.XSTest?", unknown.Errors);

        Assert.Equal(0, (await CommandLine.Run("judge", copy, "--judge", "ToyWorld.Judge")).Code);
        AssertSame("cells.jsonl");

        void AssertSame(string file) =>
            Assert.Equal(File.ReadAllText(Path.Combine(smoke.Folder, file)), File.ReadAllText(Path.Combine(copy, file)));
    }

    [Fact]
    public async Task A_part_of_it_gives_the_same_numbers_as_the_whole()
    {
        var part = await CommandLine.Run("run", "smoke", "--arm", "DCR", "--set", "Dcr.Layer=2", "--out", smoke.Beside("part"));
        Assert.Equal(0, part.Code);
        var (whole, alone) = (SmokeResults.Load(smoke.Folder).Dcr.At(2), SmokeResults.Load(smoke.Beside("part")).Dcr.At(2));
        Assert.Equal(whole.GeneralLoss.Mean, alone.GeneralLoss.Mean);
        Assert.Single(RunResults.Load(smoke.Beside("part")).Cells);
    }

    [Fact]
    public void It_writes_the_models_and_the_adapter_of_the_stage_asked_for()
    {
        string models = Path.Combine(smoke.Folder, "models"),
            adapters = Path.Combine(smoke.Folder, "adapters");
        Assert.Equal(4, Directory.GetDirectories(models).Length);
        string adapter = Assert.Single(Directory.GetDirectories(adapters));
        Assert.Equal("seed0-Learn-AlignLoRA", Path.GetFileName(adapter));
        using var merged = HuggingFaceDirectory.Open(Path.Combine(models, "seed0-Learn-AlignLoRA"), torch.CPU);
        using var weights = SafeTensorsFile.Open(Path.Combine(adapter, "adapter_model.safetensors"));
        Assert.Equal(2 * 2 * 7, weights.Entries.Count);
        Assert.Equal(
            [4, merged.Config.HiddenSize],
            weights.Entries["base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight"].Shape
        );
    }

    [Fact]
    public async Task A_report_can_be_made_again_from_the_folder()
    {
        string report = Path.Combine(smoke.Folder, "report.html"),
            before = File.ReadAllText(report);
        var answer = await CommandLine.Run("report", smoke.Folder);
        Assert.Equal(0, answer.Code);
        Assert.Equal(before, File.ReadAllText(report));
    }

    [Fact]
    public async Task A_folder_with_results_is_not_overwritten()
    {
        var answer = await CommandLine.Run("run", "smoke", "--out", smoke.Folder);
        Assert.Equal(1, answer.Code);
        Assert.Contains(smoke.Folder, answer.Errors);
        Assert.Equal(5, RunResults.Load(smoke.Folder).Cells.Count);
    }
}
