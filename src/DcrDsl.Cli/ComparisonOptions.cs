using System.CommandLine;
using DcrDsl.Results;

namespace DcrDsl.Cli;

/// <summary>The options that say which arms are compared.</summary>
sealed class ComparisonOptions
{
    readonly Option<string?> reference = new("--reference")
    {
        HelpName = "ARM",
        Description = "The arm that the others are compared with. Default: the one that the experiment declares, or the first.",
    };

    readonly Option<string?> subject = new("--subject")
    {
        HelpName = "ARM",
        Description =
            "The arm that the answer is about. Default: the one that the experiment declares, or the first that is not the reference.",
    };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(reference);
        command.Options.Add(subject);
    }

    /// <summary>What was given.</summary>
    public ArmComparison Of(ParseResult parsed) => new(parsed.GetValue(reference), parsed.GetValue(subject));

    /// <summary>The options again, for a command line.</summary>
    public static IEnumerable<string> Repeated(ArmComparison arms) =>
        [.. Given("--reference", arms.Reference), .. Given("--subject", arms.Subject)];

    static IEnumerable<string> Given(string option, string? arm) => arm is null ? [] : [option, arm];
}
