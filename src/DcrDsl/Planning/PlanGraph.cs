using System.Globalization;
using DcrDsl.Definition;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Planning;

/// <summary>Grows the graph of distinct stage runs, cell by cell.</summary>
sealed class PlanGraph
{
    readonly Dictionary<(StageRunNode? Parent, string Identity), StageRunNode> nodes = [];
    readonly List<StageRunNode> stageRuns = [];
    readonly Dictionary<object, (string Path, string Stage)[]> named = new(ReferenceEqualityComparer.Instance);
    readonly OrderedDictionary<string, Cell> cells = [];
    readonly Names cellNames = new(longest: 100),
        stageRunNames = new(longest: 100);

    public IReadOnlyList<Cell> Cells => [.. cells.Values];

    public IReadOnlyList<StageRunNode> StageRuns => stageRuns;

    /// <summary>Adds the cell of an arm at some values and a seed; one that no seed changes is there once.</summary>
    public void Add(ArmDefinition arm, IReadOnlyDictionary<string, AxisValue> values, int seed)
    {
        var path = new List<StageRunNode>();
        foreach (var stage in arm.Stages)
            path.Add(Find(arm, stage, path, Of(stage, values), seed));
        if (path.LastOrDefault()?.Stage.Body.Gives != StageResult.Scores)
            throw new ArgumentException($"Arm {arm.Name}: its last stage must give scores.", nameof(arm));

        int? own = path[^1].Seed;
        string[] seedName = own is null ? [] : [string.Create(CultureInfo.InvariantCulture, $"seed{own}")];
        string identity = string.Join('\n', [arm.Name, .. values.Select(v => v.Key + "=" + v.Value.Label), .. seedName]);
        if (cells.ContainsKey(identity))
            return;
        string[] parts =
        [
            Names.FileSafe(arm.Name),
            .. values.Select(v => Names.FileSafe(ShortName(v.Key, values.Keys) + v.Value.Label)),
            .. seedName,
        ];
        var cell = new Cell(cellNames.Take(string.Join('-', parts), identity), arm, values, own, path);
        cell.Evaluation.Ends(cell.Id);
        cells.Add(identity, cell);
    }

    StageRunNode Find(
        ArmDefinition arm,
        StageDefinition stage,
        IReadOnlyList<StageRunNode> before,
        IReadOnlyDictionary<string, AxisValue> values,
        int seed
    )
    {
        // What a stage is given is the last result of the kind that it takes: answers given in between change no model.
        var parent = stage.Body.Takes is { } wanted ? before.LastOrDefault(n => n.Stage.Body.Gives == wanted) : null;
        if (stage.Body.Takes is not null && parent is null)
            throw new ArgumentException($"Arm {arm.Name}: nothing before the stage {stage.Name} gives what it takes.", nameof(arm));
        int? own = parent?.Seed is not null || stage.At(values).DependsOnSeed ? seed : null;
        string identity = string.Join(
            '\n',
            [stage.Name, own?.ToString(CultureInfo.InvariantCulture) ?? "", .. values.Select(v => v.Key + "=" + v.Value.Label)]
        );
        if (nodes.TryGetValue((parent, identity), out var known))
            return known;

        // Two stages of one property, as answers and verdicts are, do not say its name twice.
        bool goesOn = parent?.Stage.Property == stage.Property && stage.Name.StartsWith(parent.Stage.Name, StringComparison.Ordinal);
        string name = goesOn ? stage.Name[parent!.Stage.Name.Length..] : stage.Name;
        string step = string.Concat([name, .. values.Select(v => "." + Names.FileSafe(ShortName(v.Key, values.Keys) + v.Value.Label))]);
        // The base model goes without saying, except where it is all there is.
        string line = parent is null or { Parent: null } ? "" : parent.Id + "-",
            seedName = own is null || parent?.Seed is not null && line.Length > 0
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $"seed{own}-");
        var node = new StageRunNode(
            stageRunNames.Take($"{line}{seedName}{step}", $"{parent?.Id}\n{identity}"),
            stage,
            own,
            values,
            parent,
            [.. Earlier(arm, stage, before, values)]
        );
        nodes.Add((parent, identity), node);
        stageRuns.Add(node);
        return node;
    }

    /// <summary>The stage runs whose models a stage names.</summary>
    IEnumerable<StageRunNode> Earlier(
        ArmDefinition arm,
        StageDefinition stage,
        IReadOnlyList<StageRunNode> before,
        IReadOnlyDictionary<string, AxisValue> values
    ) =>
        from name in Named(stage.At(values))
        let property = name.Stage
        select before.LastOrDefault(n => n.Stage.Property == property && n.Stage.Body.Gives == StageResult.Model)
            ?? throw new InputException(
                $"{stage.Property}.{name.Path} names '{property}', which is no stage before {stage.Property} in arm {arm.Name}."
                    + UnknownName.Hint(
                        property,
                        [.. before.Where(n => n.Stage.Body.Gives == StageResult.Model).Select(n => n.Stage.Property)]
                    )
            );

    /// <summary>The stages that a declaration names; it is the same for most seeds.</summary>
    (string Path, string Stage)[] Named(object spec)
    {
        if (!named.TryGetValue(spec, out var found))
            named.Add(
                spec,
                found = [
                    .. from option in SpecOptions.Walk(spec)
                    where option.Option.IsDefined(typeof(EarlierStageAttribute), inherit: true) && option.Value is string
                    select (option.Path, (string)option.Value!),
                ]
            );
        return found;
    }

    static OrderedDictionary<string, AxisValue> Of(StageDefinition stage, IReadOnlyDictionary<string, AxisValue> values)
    {
        var own = new OrderedDictionary<string, AxisValue>();
        foreach (var axis in stage.Axes)
            own.Add(axis.Path, values[axis.Path]);
        return own;
    }

    // "Layer" for "Dcr.Layer", unless another axis ends alike.
    static string ShortName(string path, IEnumerable<string> all)
    {
        string last = LastPart(path);
        return all.Count(p => LastPart(p) == last) == 1 ? last : path;
    }

    static string LastPart(string path) => path[(path.LastIndexOf('.') + 1)..];
}
