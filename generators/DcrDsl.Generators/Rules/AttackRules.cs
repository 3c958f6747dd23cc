using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules about attacks: what they are called, what they are put on, and that there is something to ask.</summary>
static class AttackRules
{
    // What the results call prompts as they are, and all attacks together.
    static readonly string[] Taken = ["None", "Best"];

    public static void Check(ArmView arm, string property, EvaluationGrid grid)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var attack in grid.Attacks)
        {
            Name(arm, property, grid, attack, names);
            Tasks(arm, property, grid, attack);
            Whole(arm, property, grid, attack);
        }
    }

    static void Name(ArmView arm, string property, EvaluationGrid grid, Attack attack, HashSet<string> names)
    {
        string? wrong =
            !SyntaxFacts.IsValidIdentifier(attack.Label) ? arm.Notation.TaskName
            : Taken.Contains(attack.Label, StringComparer.OrdinalIgnoreCase)
                ? "the results call prompts as they are and all attacks together so"
            : !names.Add(attack.Label)
                ? $"another attack of the grid has it; give one of them a {arm.Notation.Option(nameof(attack.Name))} of its own"
            : null;
        if (wrong is not null)
            Report(arm, property, grid, attack, nameof(attack.Name), Descriptors.InvalidName, attack.Label, "an attack", wrong);
    }

    static void Tasks(ArmView arm, string property, EvaluationGrid grid, Attack attack)
    {
        string option = arm.Notation.Option(nameof(attack.Tasks));
        foreach (string name in attack.Tasks)
            if (grid.Tasks.FirstOrDefault(t => t.Name == name) is not { } task)
                Wrong(
                    arm,
                    property,
                    grid,
                    attack,
                    nameof(attack.Tasks),
                    $"is put on the task '{name}', which there is not{Suggestion.For(name, grid.Tasks.Select(t => t.Name))}"
                );
            else if (!task.CanBeAttacked)
                Wrong(
                    arm,
                    property,
                    grid,
                    attack,
                    nameof(attack.Tasks),
                    $"is put on the task '{name}', which has no toxic or seemingly toxic prompts; take it out of {option}"
                );
        if (attack.Tasks.Count == 0 && !grid.Tasks.Any(t => t.CanBeAttacked))
            Wrong(
                arm,
                property,
                grid,
                attack,
                nameof(attack.Tasks),
                "has nothing to be put on; add a task with toxic prompts, or leave the attack out"
            );
    }

    /// <summary>That an attack and its steps have what they need.</summary>
    static void Whole(ArmView arm, string property, EvaluationGrid grid, Attack attack)
    {
        void Lacks(string option, string text, string place)
        {
            if (!text.Contains(place))
                Wrong(
                    arm,
                    property,
                    grid,
                    attack,
                    option,
                    $"has a {arm.Notation.Option(option)} without {place}, so that it would ask the same of all; put {place} into it"
                );
        }

        switch (attack)
        {
            case TemplateAttack template:
                Lacks(nameof(template.Text), template.Text, TemplateAttack.PromptPlace);
                break;
            case ManyShot many:
                Lacks(nameof(many.Last), many.Last, TemplateAttack.PromptPlace);
                Lacks(nameof(many.Shot), many.Shot, TemplateAttack.PromptPlace);
                Lacks(nameof(many.Shot), many.Shot, ManyShot.ResponsePlace);
                break;
            case Translated { Language: var language } when string.IsNullOrWhiteSpace(language):
                Wrong(
                    arm,
                    property,
                    grid,
                    attack,
                    nameof(Translated.Language),
                    $"does not say to which language; name it, for example {arm.Notation.Setting(nameof(Translated.Language), "\"Zulu\"")}"
                );
                break;
            case Combination { Steps: var steps }:
                if (steps.Count < 2)
                    Wrong(
                        arm,
                        property,
                        grid,
                        attack,
                        nameof(Combination.Steps),
                        $"puts fewer than two attacks one upon the other; name them in {arm.Notation.Option(nameof(Combination.Steps))}"
                    );
                foreach (var step in steps)
                    Whole(arm, property, grid, step);
                break;
        }
    }

    static void Wrong(ArmView arm, string property, EvaluationGrid grid, Attack attack, string option, string what) =>
        Report(arm, property, grid, attack, option, Descriptors.AttackCannotBe, attack.Label, what);

    /// <summary>At the option of the attack where it was written, else where the attacks are.</summary>
    static void Report(
        ArmView arm,
        string property,
        EvaluationGrid grid,
        Attack attack,
        string option,
        Microsoft.CodeAnalysis.DiagnosticDescriptor descriptor,
        params string[] arguments
    )
    {
        bool written = arm.Draft.Places.Find(attack, option) is not null;
        arm.Report(descriptor, property, written ? attack : grid, written ? option : nameof(grid.Attacks), arguments);
    }
}
