using DcrDsl.Wording;
using Spectre.Console;

namespace DcrDsl.Cli;

/// <summary>The two streams of the program: results go to one, progress and errors to the other.</summary>
/// <param name="Out">For results.</param>
/// <param name="Error">For progress and errors.</param>
/// <param name="Live">Whether lines on <paramref name="Error"/> can be rewritten in place.</param>
sealed record Terminal(IAnsiConsole Out, IAnsiConsole Error, bool Live)
{
    /// <summary>For results.</summary>
    public IAnsiConsole Out { get; } = VisibleOutput.On(Out);

    /// <summary>For progress and errors.</summary>
    public IAnsiConsole Error { get; } = VisibleOutput.On(Error);

    // Output that is not a terminal has no width; tables are not to be broken at 80 columns then.
    const int WidthOfAFile = 160;

    /// <summary>What has kept results from being written; null: nothing.</summary>
    public IOException? Lost => (Out.Profile.Out.Writer as LastingWriter)?.Failure;

    public static Terminal OfProcess()
    {
        StandardStreams.FillClosed();
        var output = Console(() => System.Console.Out, System.Console.IsOutputRedirected);
        var error = Console(() => System.Console.Error, System.Console.IsErrorRedirected);
        return new Terminal(output, error, !System.Console.IsErrorRedirected && error.Profile.Capabilities.Ansi);
    }

    static IAnsiConsole Console(Func<TextWriter> stream, bool redirected)
    {
        var writer = StandardStreams.Open(stream);
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new LastingOutput(new AnsiConsoleOutput(redirected ? writer : stream()), writer),
                Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            }
        );
        if (redirected)
            console.Profile.Width = WidthOfAFile;
        return console;
    }

    /// <summary>Writes a text without breaking lines.</summary>
    public void Plain(string text) => Out.Profile.Out.Writer.Write(VisibleText.Of(text.EndsWith('\n') ? text : text + "\n"));

    /// <summary>Writes lines with styles, which a file does without; there they are not broken either.</summary>
    public void Markup(IEnumerable<string> lines)
    {
        if (Out.Profile.Capabilities.Ansi)
            foreach (string line in lines)
                Out.MarkupLine(line);
        else
            Plain(string.Concat(lines.Select(line => Spectre.Console.Markup.Remove(line) + "\n")));
    }

    /// <summary>Writes a line about how things go; in a file it is not broken, and on a terminal what is redrawn stays below it.</summary>
    public void Tell(string line)
    {
        if (Live)
            Error.WriteLine(line);
        else
            Error.Profile.Out.Writer.WriteLine(VisibleText.Of(line));
    }

    /// <summary>Writes one red sentence.</summary>
    public void Mistake(string sentence)
    {
        Error.Write(new Text(sentence, new Style(Color.Red)) { Overflow = Overflow.Fold });
        Error.WriteLine();
    }
}
