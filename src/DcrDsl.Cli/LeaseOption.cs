using System.CommandLine;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary><c>--lease</c>: how long other processes wait for one that gives no sign of life.</summary>
sealed class LeaseOption
{
    public Option<string?> Option { get; } =
        new("--lease")
        {
            HelpName = "TIME",
            Description =
                "How long other processes on the store wait for one that gives no sign of life before they take over what it runs, such "
                + "as 30s or 5m.",
            DefaultValueFactory = _ => "60s",
        };

    /// <summary>The option as it was given, for another command line; nothing: it was not.</summary>
    public IEnumerable<string> Repeated(ParseResult parsed) =>
        parsed.GetResult(Option) is { Implicit: false } ? [Option.Name, parsed.GetValue(Option)!] : [];

    /// <summary>How long.</summary>
    /// <exception cref="InputException">It is no time of at least a second.</exception>
    public TimeSpan Of(ParseResult parsed)
    {
        string text = parsed.GetValue(Option) ?? "";
        return TimeText.Parse(text) is { } time && time >= TimeSpan.FromSeconds(1)
            ? time
            : throw new InputException($"--lease {text}: give a time of at least a second, such as 30s or 5m.");
    }
}
