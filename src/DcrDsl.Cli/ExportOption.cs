using System.CommandLine;
using System.CommandLine.Completions;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Planning;

namespace DcrDsl.Cli;

/// <summary><c>--export STAGE[,STAGE]</c>: the stages whose models are written.</summary>
sealed class ExportOption
{
    public ExportOption(SelectionOptions selection)
    {
        Option = new Option<string[]>("--export")
        {
            HelpName = "STAGE[,STAGE]",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            Description =
                "Writes the models of these stages, under models, and the adapters they train, under adapters, as Hugging Face "
                + "directories.",
        };
        Option.CompletionSources.Add(context =>
            selection
                .Chosen(context)
                .SelectMany(e => e.Arms)
                .SelectMany(a => a.Stages)
                .Where(s => s.Body is not (Answer or Judge))
                .Select(s => s.Property)
                .Distinct()
                .Select(s => new CompletionItem(s))
        );
    }

    public Option<string[]> Option { get; }

    /// <exception cref="InputException">A stage is not known, or makes no model.</exception>
    public IReadOnlyList<string> For(Plan plan, ParseResult parsed)
    {
        string[] stages = [.. CommaList.Parts("--export", parsed.GetValue(Option), [])];
        _ = ModelExport.Of(plan, stages);
        return stages;
    }
}
