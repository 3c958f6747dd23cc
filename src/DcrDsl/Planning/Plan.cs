using System.Globalization;
using DcrDsl.Definition;
using DcrDsl.Wording;

namespace DcrDsl.Planning;

/// <summary>
/// What a run consists of: the cells (arm × value of every axis that the arm takes × seed) and the distinct stage runs behind them.
/// Cells that agree on a prefix of stages, with the values those stages take, and on the seed share these stage runs.
/// </summary>
public sealed class Plan
{
    Plan(
        ExperimentDefinition definition,
        IReadOnlyList<ArmDefinition> arms,
        IReadOnlyList<AxisDefinition> axes,
        IReadOnlyList<int> seeds,
        IReadOnlyList<Cell> cells,
        IReadOnlyList<StageRunNode> stageRuns,
        IReadOnlyList<StageRunNode> goals
    ) => (Definition, Arms, Axes, Seeds, Cells, StageRuns, Goals) = (definition, arms, axes, seeds, cells, stageRuns, goals);

    /// <summary>The experiment.</summary>
    public ExperimentDefinition Definition { get; }

    /// <summary>The arms that are run, in the order declared.</summary>
    public IReadOnlyList<ArmDefinition> Arms { get; }

    /// <summary>The axes, with the values that are run.</summary>
    public IReadOnlyList<AxisDefinition> Axes { get; }

    /// <summary>The seeds that are run.</summary>
    public IReadOnlyList<int> Seeds { get; }

    /// <summary>The cells: by arm, then values, then seed.</summary>
    public IReadOnlyList<Cell> Cells { get; }

    /// <summary>The distinct stage runs, each after its parent.</summary>
    public IReadOnlyList<StageRunNode> StageRuns { get; }

    /// <summary>The stage runs whose results are wanted: those that end cells, or what a part of a plan was made for.</summary>
    internal IReadOnlyList<StageRunNode> Goals { get; }

    /// <summary>Plans what <paramref name="selection"/> wants of <paramref name="definition"/>.</summary>
    /// <exception cref="InputException">An arm or axis is not known, a value or seed is not allowed, or no cell is left.</exception>
    public static Plan Of(ExperimentDefinition definition, Selection selection)
    {
        var arms = SelectArms(definition, selection.Arms);
        var axes = SelectValues(definition, arms, selection.Values);
        var seeds = selection.Seeds.Count > 0 ? [.. selection.Seeds.Distinct()] : definition.Seeds;
        if (seeds.FirstOrDefault(s => s < 0) is var negative and < 0)
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"Seed {negative}: give whole numbers of at least 0."));

        var graph = new PlanGraph();
        var grid = new AxisGrid(axes, definition.Zips);
        foreach (var arm in arms)
        foreach (var values in grid.Combinations(AxesOf(arm)))
            if (!definition.Exclusions.Any(e => Holds(e, arm, values)))
                foreach (int seed in seeds)
                    graph.Add(arm, values, seed);
        if (graph.Cells.Count == 0)
            throw new InputException(
                $"{definition.Name}: nothing is left to run, as the declared exclusions rule out every cell selected; "
                    + $"{definition.DeclaredIn} declares them."
            );
        return new Plan(definition, arms, axes, seeds, graph.Cells, graph.StageRuns, [.. graph.Cells.Select(c => c.Evaluation).Distinct()]);
    }

    /// <summary>The part of the plan that comes to some of its stage runs: these, what they begin with, and the cells they end.</summary>
    /// <param name="goals">Stage runs of this plan.</param>
    internal Plan PartOf(IReadOnlySet<StageRunNode> goals)
    {
        var lines = goals.SelectMany(g => g.Line).ToHashSet();
        return new Plan(
            Definition,
            Arms,
            Axes,
            Seeds,
            [.. Cells.Where(c => goals.Contains(c.Evaluation))],
            [.. StageRuns.Where(lines.Contains)],
            [.. StageRuns.Where(goals.Contains)]
        );
    }

    static HashSet<string> AxesOf(ArmDefinition arm) => [.. arm.Stages.SelectMany(s => s.Axes).Select(a => a.Path)];

    static IReadOnlyList<ArmDefinition> SelectArms(ExperimentDefinition definition, IReadOnlyList<string> names)
    {
        string[] known = [.. definition.Arms.Select(a => a.Name)];
        foreach (string name in names)
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new InputException($"{definition.Name} has no arm '{name}'.{UnknownName.Hint(name, known)}");
        return names.Count == 0
            ? definition.Arms
            : [.. definition.Arms.Where(a => names.Contains(a.Name, StringComparer.OrdinalIgnoreCase))];
    }

    static IReadOnlyList<AxisDefinition> SelectValues(
        ExperimentDefinition definition,
        IReadOnlyList<ArmDefinition> arms,
        IReadOnlyDictionary<string, IReadOnlyList<string>> selected
    )
    {
        string[] known = [.. definition.Axes.Select(a => a.Path)];
        var values = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (path, given) in selected)
        {
            if (!known.Contains(path, StringComparer.OrdinalIgnoreCase))
                throw new InputException(
                    known.Length == 0
                        ? $"{definition.Name} has no axes, so there is nothing to set: declare one with [Sweep] in C#, or under "
                            + $"'sweep' in YAML."
                        : $"{definition.Name} has no axis '{path}'.{UnknownName.Hint(path, known)}"
                );
            if (!arms.Any(a => AxesOf(a).Contains(path, StringComparer.OrdinalIgnoreCase)))
                throw new InputException(
                    $"{path} has no effect on {string.Join(", ", arms.Select(a => a.Name))}: no stage of "
                        + $"{(arms.Count == 1 ? "this arm" : "these arms")} takes it."
                );
            values.Add(path, given);
        }
        return
        [
            .. definition.Axes.Select(axis =>
                values.TryGetValue(axis.Path, out var given)
                    ? axis with
                    {
                        Values = [.. given.Select(axis.Parse).DistinctBy(v => v.Label)],
                    }
                    : axis
            ),
        ];
    }

    // A combination speaks of all its fields: one that names an axis which the arm does not take excludes nothing of that arm.
    static bool Holds(IReadOnlyDictionary<string, string> exclusion, ArmDefinition arm, IReadOnlyDictionary<string, AxisValue> values) =>
        exclusion.All(e => e.Key == "arm" ? e.Value == arm.Name : values.TryGetValue(e.Key, out var value) && value.Label == e.Value);
}
