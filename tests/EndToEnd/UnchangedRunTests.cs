namespace DcrDsl.EndToEnd.Tests;

/// <summary>A run that would come to the files of the latest one again makes none.</summary>
public sealed class UnchangedRunTests : IDisposable
{
    static readonly string[] Command = ["run", "smoke", "--arm", "STL", "--seed", "0", "--threads", "1"];

    readonly CommandLine.TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Runs => folder.In("runs", "smoke");

    string[] Folders() => [.. Directory.GetDirectories(Runs).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];

    async Task<string> Run(params string[] more)
    {
        var answer = await CommandLine.RunIn(folder.Path, ("DCR_STORE", folder.In("store")), [.. Command, .. more]);
        Assert.Equal("", answer.Code == 0 ? "" : answer.Errors);
        return answer.Output;
    }

    [Fact]
    public async Task It_says_the_answer_again_and_comes_back_to_the_folder_until_anything_has_changed()
    {
        string first = await Run();
        Assert.Contains("compliance, %", first);
        string report = Path.Combine(Runs, "001", "report.html");
        string[] before = Files();

        string second = await Run();
        Assert.Contains("nothing has changed since runs/smoke/001 was made", second);
        foreach (string line in File.ReadAllLines(Path.Combine(Runs, "001", "answer.txt")))
            Assert.Contains(line, first.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal));
        Assert.Contains(File.ReadAllText(Path.Combine(Runs, "001", "answer.txt")), second);
        Assert.EndsWith("Report: runs/smoke/001/report.html", second.TrimEnd());
        Assert.Equal(["001"], Folders());
        Assert.Equal(before, Files());

        // Another part of the experiment, a report by another program, a file that is gone: a run of its own each time.
        await Run("--arm", "base");
        Assert.Equal(["001", "002"], Folders());
        await Run();
        Assert.Equal(["001", "002", "003"], Folders());
        await Run();
        Assert.Equal(["001", "002", "003"], Folders());
        File.SetLastWriteTimeUtc(Path.Combine(Runs, "003", "report.html"), DateTime.UtcNow.AddYears(-10));
        Assert.Contains("compliance, %", await Run());
        File.Delete(Directory.GetFiles(Path.Combine(Runs, "004", "completions")).First());
        Assert.Contains("compliance, %", await Run());
        Assert.Equal(["001", "002", "003", "004", "005"], Folders());
        File.AppendAllText(Path.Combine(Runs, "005", "cells.jsonl"), "{");
        Assert.Contains("compliance, %", await Run());
        // Whoever wants its times wants a run.
        Assert.Contains("compliance, %", await Run("--profile"));
        Assert.Equal(7, Folders().Length);
        Assert.True(File.Exists(report));
    }

    string[] Files() =>
        [
            .. Directory
                .EnumerateFiles(Runs, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(f => $"{f} {File.GetLastWriteTimeUtc(f):O}"),
        ];
}
