using System.CommandLine;
using System.CommandLine.Completions;
using DcrDsl.Planning;

namespace DcrDsl.Cli;

/// <summary><c>show</c>: an experiment's cells, its declaration in normal form, and the generated training program.</summary>
static class ShowVerb
{
    public static Verb Of(Catalog catalog, Terminal terminal)
    {
        var name = new Argument<string>("NAME") { Description = "The experiment." };
        name.CompletionSources.Add(_ => catalog.Names.Select(n => new CompletionItem(n)));
        var spec = new Option<bool>("--spec") { Description = "The declaration in normal form: YAML, every option written out." };
        var cells = new Option<bool>("--cells") { Description = "The cells: arm, values, seed." };
        var source = new Option<bool>("--source") { Description = "The generated training program." };
        var command = new Command(
            "show",
            "Shows an experiment: its cells, its declaration, its generated program; the options choose among them."
        )
        {
            name,
            spec,
            cells,
            source,
        };
        command.SetAction(parsed =>
        {
            var experiment = catalog.Find(parsed.GetRequiredValue(name));
            bool all = !parsed.GetValue(spec) && !parsed.GetValue(cells) && !parsed.GetValue(source);
            if (all)
                terminal.Plain($"# {experiment.Name}: {experiment.Summary}\n# declared in {experiment.DeclaredIn}\n");
            if (all || parsed.GetValue(cells))
                Part(terminal, all, "cells", PlanText.Cells(Plan.Of(experiment, Selection.Everything)));
            if (all || parsed.GetValue(spec))
                Part(terminal, all, "declaration", experiment.Spec);
            if (all || parsed.GetValue(source))
                Part(terminal, all, "generated program", experiment.Source);
            return ExitCode.Success;
        });
        return new Verb(command, () => new HelpExamples(catalog).Show);
    }

    static void Part(Terminal terminal, bool titled, string title, string text)
    {
        if (titled)
            terminal.Plain($"# {title}");
        terminal.Plain(text);
        if (titled)
            terminal.Plain("");
    }
}
