using System.CommandLine;
using DcrDsl.Execution;

namespace DcrDsl.Cli;

/// <summary><c>--keep</c>: which trained models the store keeps.</summary>
sealed class KeepOption
{
    public Option<KeptModels> Option { get; } =
        new("--keep")
        {
            HelpName = "MODELS",
            Description = "Which trained models the store keeps: all, leaves (those that no further stage begins with) or none.",
            DefaultValueFactory = _ => KeptModels.All,
        };

    /// <summary>What was given.</summary>
    public KeptModels Of(ParseResult parsed) => parsed.GetValue(Option);
}
