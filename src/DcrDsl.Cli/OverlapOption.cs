using System.CommandLine;
using DcrDsl.Definition;
using DcrDsl.Evaluation.Leaking;
using DcrDsl.Execution.Leaking;
using DcrDsl.Planning;
using DcrDsl.Reports;
using DcrDsl.Results;

namespace DcrDsl.Cli;

/// <summary>What <c>plan</c> says of prompts that are measured on and stand in what is trained on.</summary>
sealed class OverlapOption
{
    const string Name = "--overlaps",
        Place = "FILE";

    // Of each kind, task and source; the list has all.
    const int Shown = 3,
        Most = 12;

    /// <summary>The option.</summary>
    public Option<string?> Option { get; } =
        new(Name)
        {
            HelpName = Place,
            Description = "Writes a list of all prompts of tasks that stand in what is trained on, with both places, as JSON Lines.",
        };

    /// <summary>Compares by content, shows what was found, and writes the list where one is wanted.</summary>
    /// <exception cref="InputException">There are overlaps, and the experiment refuses them; or the list cannot be written.</exception>
    public void Tell(Plan plan, RunPaths places, ParseResult parsed, Terminal terminal)
    {
        string? file = parsed.GetValue(Option);
        if (PlanLeakage.Of(plan, places, []) is not { } found)
        {
            if (file is not null)
                throw new InputException($"{Name} {file}: {plan.Definition.Name} has overlaps ignored, so none is looked for.");
            return;
        }
        if (file is not null)
            Write(file, found);
        terminal.Plain(LeakageText.Summary(found));
        if (found.Overlaps.Count > 0)
        {
            terminal.Out.Write(ConsoleReport.Table(LeakageSection.Table(found, "")));
            foreach (string line in LeakageSection.First(found, Shown, Most))
                terminal.Plain("· " + line);
            if (file is null)
                terminal.Plain($"plan {plan.Definition.Name} {Name} {Place} lists all of them.");
        }
        foreach (string note in found.Compared.NotCompared)
            terminal.Tell(note);
        Refuse(plan, found, file);
    }

    /// <exception cref="InputException">There are overlaps, and the experiment refuses them.</exception>
    public static void Refuse(Plan plan, FoundLeakage? found, string? file = null)
    {
        string list = file ?? $"plan {plan.Definition.Name} {Name} {Place}";
        if (LeakageText.Refusal(plan.Definition.Name, found, $"{list} lists all of them") is { } refused)
            throw new InputException(refused);
    }

    static void Write(string file, FoundLeakage found)
    {
        try
        {
            OverlapFile.WriteList(file, found);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{Name} {file}: it cannot be written: {exception.Message.TrimEnd('.')}.", exception);
        }
    }
}
