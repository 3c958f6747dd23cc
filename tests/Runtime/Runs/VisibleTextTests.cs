using DcrDsl.Cli;
using DcrDsl.Reports;
using DcrDsl.Wording;
using Spectre.Console;

namespace DcrDsl.Runtime.Tests.Runs;

public class VisibleTextTests
{
    const string Hostile = "x\u001b]0;owned\u0007\u001b[31mred\u001b[2J\u009b1m\r\u202e",
        Shown = @"x\u001b]0;owned\u0007\u001b[31mred\u001b[2J\u009b1m\u000d\u202e";

    [Fact]
    public void Control_characters_are_shown_and_all_else_stays()
    {
        Assert.Equal(Shown, VisibleText.Of(Hostile));
        Assert.Equal("ä 苹果 😀\tb\r\nc\n\u2028", VisibleText.Of("ä 苹果 😀\tb\r\nc\n\u2028"));
        Assert.Equal(@"\u0000\u0008\u007f", VisibleText.Of("\0\b\u007f"));
    }

    [Fact]
    public void Nothing_that_is_shown_commands_the_terminal()
    {
        StringWriter output = new(),
            error = new();
        var terminal = new Terminal(InProcess.Console(output), InProcess.Console(error), Live: false);
        terminal.Plain(Hostile);
        terminal.Tell(Hostile);
        terminal.Mistake(Hostile);
        terminal.Out.Write(
            new Table()
                .AddColumn(Hostile.Replace("[", "[[", StringComparison.Ordinal).Replace("]", "]]", StringComparison.Ordinal))
                .AddRow(new Text(Hostile))
        );
        terminal.Out.WriteLine(Hostile);
        foreach (string text in new[] { output.ToString(), error.ToString() })
        {
            Assert.Contains(Shown, text);
            Assert.DoesNotContain(text.ReplaceLineEndings("\n"), c => c != '\n' && char.IsControl(c));
        }
    }

    [Fact]
    public void The_consoles_own_colours_pass()
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(output),
                Ansi = AnsiSupport.Yes,
                ColorSystem = ColorSystemSupport.Standard,
            }
        );
        console.Profile.Width = 200;
        new Terminal(console, InProcess.Console(new StringWriter()), Live: false).Out.Write(new Text("a\u001b[0m", new Style(Color.Red)));
        Assert.Contains("\u001b[", output.ToString());
        Assert.Contains(@"a\u001b[0m", output.ToString());
    }

    [Fact]
    public void Reports_hold_no_control_characters()
    {
        using var run = new FakeRun(
            FakeExperiment.Of() with
            {
                Summary = Hostile,
            },
            described: r => r with { Spec = "base: " + Hostile + "\n" }
        );
        var report = ReportModel.Of(run.Results);
        foreach (string text in new[] { HtmlReport.Of(report), MarkdownReport.Of(report) })
        {
            Assert.DoesNotContain(text, c => c is not ('\n' or '\t') && char.IsControl(c));
            Assert.Contains(@"u001b", text);
        }
    }
}
