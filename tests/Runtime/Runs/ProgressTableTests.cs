using DcrDsl.Cli;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Planning;
using Spectre.Console;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>What is redrawn on a terminal fits it, whatever the run is.</summary>
public class ProgressTableTests
{
    static readonly Plan Plan = Plan.Of(
        FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", [.. Enumerable.Range(1, 34)])]),
        Selection.Everything
    );

    [Theory]
    [InlineData(200, 60, 0)]
    [InlineData(80, 24, 3)]
    [InlineData(80, 24, 100)]
    [InlineData(120, 200, 100)]
    [InlineData(60, 10, 100)]
    public void It_is_neither_wider_nor_higher_than_the_terminal(int width, int height, int running)
    {
        Assert.True(Plan.Cells.Count > 100);
        string[] lines = Drawn(Now(running), width, height);

        Assert.InRange(lines.Length, 1, height - 1);
        Assert.All(lines, l => Assert.InRange(l.Length, 0, width));
        int shown = Math.Min(running, height - 4);
        Assert.Equal(shown, lines.Count(l => l.Contains("3:00:00", StringComparison.Ordinal)));
        Assert.Equal(running > shown, lines.Any(l => l.Contains($"and {running - shown} more under way", StringComparison.Ordinal)));
        Assert.Contains("4 of 900 stage runs, 2 of 108 cells, 1 failed", lines[^1]);
    }

    [Fact]
    public void A_row_says_what_the_stage_run_is_doing()
    {
        var nodes = Plan.StageRuns.Where(r => r.Seed == 0).Take(4).ToArray();
        var now = Now(0) with
        {
            Running =
            [
                new(nodes[0], default, null),
                new(nodes[1], new StageProgress(320, 600, 1.23456, 8_123.4), TimeSpan.FromSeconds(75)),
                new(nodes[2], new StageProgress(320, 600, 1.23456, 8_123.4) { Resumed = 300 }, null),
                new(nodes[3], new StageProgress(100, 300, null, 0) { Task = "Toxic" }, TimeSpan.FromSeconds(5)),
            ],
        };
        string[] rows = [.. Drawn(now, 120, 40).Select(r => string.Join(' ', r.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];

        Assert.Equal("stage run step loss tokens/s left", rows[0]);
        Assert.EndsWith("starting ──────────────── starting", rows[1]);
        Assert.EndsWith("training ━━━━━━━━──────── 320/600 1.2346 8,123 1:15", rows[2]);
        Assert.EndsWith("training from 300 ━━━━━━━━──────── 320/600 1.2346 8,123", rows[3]);
        Assert.EndsWith("answering Toxic ━━━━━─────────── 100/300 0:05", rows[4]);
    }

    [Theory]
    [InlineData("seed0-Learn", 11, "seed0-Learn")]
    [InlineData("seed10-Learn-Dcr.layer2-Align", 16, "seed10…er2-Align")]
    public void A_long_name_keeps_its_seed_and_its_last_stage(string name, int width, string shown) =>
        Assert.Equal(shown, ProgressTable.Shortened(name, width));

    /// <summary>What is told while the table stands there goes above it.</summary>
    [Fact]
    public void Sentences_and_table_do_not_run_into_each_other()
    {
        var written = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(written),
                Ansi = AnsiSupport.Yes,
                Interactive = InteractionSupport.Yes,
                ColorSystem = ColorSystemSupport.NoColors,
            }
        );
        console.Profile.Width = 100;
        console.Profile.Height = 30;
        var terminal = new Terminal(console, console, Live: true);
        var display = new ProgressDisplay(terminal);
        display.Report(Now(2));
        display.ShowDuring(() =>
        {
            Thread.Sleep(400);
            terminal.Tell("seed0-Learn failed: no.");
            Thread.Sleep(400);
            return true;
        });

        var lines = written.ToString().Split('\n').Select(l => l.Split('\r', '\u001b')[^1]);
        Assert.Contains(lines, l => l.TrimEnd().EndsWith("seed0-Learn failed: no.", StringComparison.Ordinal));
    }

    static RunProgress Now(int running) =>
        new(
            TimeSpan.FromSeconds(3_700),
            4,
            1,
            900,
            2,
            108,
            [
                .. Plan
                    .StageRuns.Take(running)
                    .Select(n => new StageRunProgress(n, new StageProgress(3200, 60_000, 1.2, 81_230.4), TimeSpan.FromHours(3))),
            ],
            null
        );

    static string[] Drawn(RunProgress now, int width, int height)
    {
        var written = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(written),
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
            }
        );
        console.Profile.Width = width;
        console.Write(ProgressTable.Of(now, width, height));
        return [.. written.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')];
    }
}
