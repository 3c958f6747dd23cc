using System.Globalization;
using DcrDsl.Definition;

namespace DcrDsl.Planning;

/// <summary>Grows the graph of distinct stage runs, cell by cell.</summary>
sealed class PlanGraph
{
    readonly Dictionary<(StageRunNode? Parent, string Identity), StageRunNode> nodes = [];
    readonly List<StageRunNode> stageRuns = [];
    readonly List<Cell> cells = [];
    readonly Names cellNames = new(longest: 100),
        stageRunNames = new(longest: 100);

    public IReadOnlyList<Cell> Cells => cells;

    public IReadOnlyList<StageRunNode> StageRuns => stageRuns;

    public void Add(ArmDefinition arm, IReadOnlyDictionary<string, AxisValue> values, int seed)
    {
        if (arm.Stages is not [BaseStage, .., EvaluationStage] || arm.Stages.Skip(1).SkipLast(1).Any(s => s is not TrainedStage))
            throw new ArgumentException(
                $"Arm {arm.Name}: the stages must be a base model, trained stages, and an evaluation.",
                nameof(arm)
            );

        var path = new List<StageRunNode>();
        foreach (var stage in arm.Stages)
            path.Add(Find(stage, path.LastOrDefault(), Of(stage, values), seed));

        string seedName = string.Create(CultureInfo.InvariantCulture, $"seed{seed}");
        string[] parts =
        [
            Names.FileSafe(arm.Name),
            .. values.Select(v => Names.FileSafe(ShortName(v.Key, values.Keys) + v.Value.Label)),
            seedName,
        ];
        string identity = string.Join('\n', [arm.Name, .. values.Select(v => v.Key + "=" + v.Value.Label), seedName]);
        var cell = new Cell(cellNames.Take(string.Join('-', parts), identity), arm, values, seed, path);
        cell.Evaluation.Ends(cell.Id);
        cells.Add(cell);
    }

    StageRunNode Find(StageDefinition stage, StageRunNode? parent, IReadOnlyDictionary<string, AxisValue> values, int seed)
    {
        string identity = string.Join(
            '\n',
            [stage.Name, seed.ToString(CultureInfo.InvariantCulture), .. values.Select(v => v.Key + "=" + v.Value.Label)]
        );
        if (nodes.TryGetValue((parent, identity), out var known))
            return known;

        string step = string.Concat([
            stage.Name,
            .. values.Select(v => "." + Names.FileSafe(ShortName(v.Key, values.Keys) + v.Value.Label)),
        ]);
        // The base model goes without saying, except where it is all there is.
        string before = parent is null or { Parent: null } ? string.Create(CultureInfo.InvariantCulture, $"seed{seed}") : parent.Id;
        var node = new StageRunNode(stageRunNames.Take($"{before}-{step}", $"{parent?.Id}\n{identity}"), stage, seed, values, parent);
        nodes.Add((parent, identity), node);
        stageRuns.Add(node);
        return node;
    }

    static OrderedDictionary<string, AxisValue> Of(StageDefinition stage, IReadOnlyDictionary<string, AxisValue> values)
    {
        var own = new OrderedDictionary<string, AxisValue>();
        foreach (string path in stage.Axes)
            own.Add(path, values[path]);
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
