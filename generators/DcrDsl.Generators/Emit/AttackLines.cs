using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes what prompts are put through: each attack with its name, and which of them a task is asked under.</summary>
static class AttackLines
{
    static readonly IReadOnlyList<string> Handled = OwnFamily.Of(nameof(Attack))!.Handled;

    /// <summary>Whether a task is asked under an attack.</summary>
    public static bool IsAttacked(EvaluationGrid grid, EvaluationTask task) => grid.Attacks.Any(a => a.IsOn(task));

    /// <summary>Writes the attacks as a local; nothing where no task is attacked.</summary>
    public static void Write(CodeWriter code, StageScope stage, EvaluationGrid grid)
    {
        if (!grid.Tasks.Any(t => IsAttacked(grid, t)))
            return;
        code.Line();
        code.Line($"// What prompts are put through, beside being asked as they are.");
        code.Lines($"{stage.Type("NamedAttack")}[] attacks =", $"[");
        using (code.Indent())
            foreach (var attack in grid.Attacks)
                code.Line($"new({Name(stage, attack)}, {Call(stage, attack, PathOf(nameof(grid.Attacks), attack))}),");
        code.Line($"];");
    }

    /// <summary>The attacks that a task is asked under: all, or those of some places.</summary>
    public static Code On(EvaluationGrid grid, EvaluationTask task)
    {
        int[] places = [.. grid.Attacks.Select((a, i) => (a, i)).Where(a => a.a.IsOn(task)).Select(a => a.i)];
        return places.Length == grid.Attacks.Count ? (Code)$"attacks" : $"[{Code.Join(", ", places.Select(p => (Code)$"attacks[{p}]"))}]";
    }

    /// <summary>What is said of attacks in the comment of a task.</summary>
    public static Code Describe(EvaluationGrid grid, EvaluationTask task) =>
        IsAttacked(grid, task) ? $"; as they are, then under each attack" : default(Code);

    static Code Name(StageScope stage, Attack attack)
    {
        string path = $"{PathOf(nameof(EvaluationGrid.Attacks), attack)}.{nameof(attack.Name)}";
        return stage.IsSwept(path) ? stage.Value(path) : Code.Text(attack.Label);
    }

    /// <summary>The path by which an option of an attack is swept.</summary>
    static string PathOf(string list, Attack attack) => $"{list}.{Vocabulary.NameOf(attack)}";

    static Code Call(StageScope stage, Attack attack, string path)
    {
        var passed = SpecRecord.Passed(attack).Select(o => o.Name).ToList();
        var arguments =
            from option in Vocabulary.OptionsOf(attack)
            let value = option.GetValue(attack)
            let place = $"{path}.{option.Name}"
            where !Handled.Contains(option.Name)
            where stage.IsSwept(place) || value is not null && passed.Contains(option.Name)
            select (Code)$"{StageScope.Argument(option.Name)}: {Argument(stage, option, value, place)}";
        return $"{stage.Function(attack)}({Code.Join(", ", arguments)})";
    }

    static Code Argument(StageScope stage, Option option, object? value, string path)
    {
        if (value is ValueList<Attack> steps)
            return $"[{Code.Join(", ", steps.Select(s => Call(stage, s, PathOf(path, s))))}]";
        Code written = stage.IsSwept(path) ? stage.Value(path) : stage.Literal(value);
        return option.IsRunPath ? $"run.Path({written})" : written;
    }
}
