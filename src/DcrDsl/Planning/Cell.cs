using DcrDsl.Definition;
using DcrDsl.Specs;

namespace DcrDsl.Planning;

/// <summary>One arm with one value for each axis it takes and one seed.</summary>
/// <param name="Id">A name that reads well and can be a file's, for example <c>dcr-layer2-seed0</c>; unique in the plan.</param>
/// <param name="Arm">The arm.</param>
/// <param name="Values">The value of every axis that one of the arm's stages takes, by the axis' path, in order of declaration.</param>
/// <param name="Seed">The seed; null: no stage of the arm depends on it, so that there is one cell for all seeds.</param>
/// <param name="StageRuns">Its stage runs in order: the first makes the base model, the last gives the scores.</param>
public sealed record Cell(
    string Id,
    ArmDefinition Arm,
    IReadOnlyDictionary<string, AxisValue> Values,
    int? Seed,
    IReadOnlyList<StageRunNode> StageRuns
)
{
    /// <summary>The stage run that gives the cell's scores.</summary>
    public StageRunNode Evaluation => StageRuns[^1];
}

/// <summary>A stage run of the plan: shared by all cells that have come to it by the same stages with the same values and seed.</summary>
public sealed class StageRunNode
{
    readonly List<StageRunNode> children = [],
        readers = [];
    readonly List<string> cellIds = [];

    internal StageRunNode(
        string id,
        StageDefinition stage,
        int? seed,
        IReadOnlyDictionary<string, AxisValue> values,
        StageRunNode? parent,
        IReadOnlyList<StageRunNode> earlier
    )
    {
        (Id, Stage, Seed, Values, Parent, Earlier) = (id, stage, seed, values, parent, earlier);
        Spec = stage.At(values);
        parent?.children.Add(this);
        foreach (var node in earlier)
            node.readers.Add(this);
    }

    /// <summary>A name that reads well, for example <c>seed0-Learn-Dcr</c>; unique in the plan.</summary>
    public string Id { get; }

    /// <summary>The stage.</summary>
    public StageDefinition Stage { get; }

    /// <summary>The stage's record with the values of this run.</summary>
    public StageSpec Spec { get; }

    /// <summary>Whether something is read off the model along it.</summary>
    public bool IsWatched => Spec is TrainingStage { Watch.Count: > 0 };

    /// <summary>Whether it trains an adapter beside the weights, which stay as they are.</summary>
    internal bool HasAdapter => SpecOptions.Within<LowRankAdapter>(Spec).Any();

    /// <summary>The seed; null: neither this stage nor one before it depends on it, so that one run serves all seeds.</summary>
    public int? Seed { get; }

    /// <summary>The values of the axes that the stage itself takes, by path.</summary>
    public IReadOnlyDictionary<string, AxisValue> Values { get; }

    /// <summary>The stage run whose result this one is given; null where it needs none.</summary>
    public StageRunNode? Parent { get; }

    /// <summary>The stage runs that are given this one's result.</summary>
    public IReadOnlyList<StageRunNode> Children => children;

    /// <summary>
    /// The stage runs of its line whose models it looks at beside the one that it is given (<see cref="EarlierStageAttribute"/>).
    /// </summary>
    internal IReadOnlyList<StageRunNode> Earlier { get; }

    /// <summary>
    /// The stage runs that need this one's result, each as often as it does: its children, and those that look at its model.
    /// </summary>
    internal IEnumerable<StageRunNode> Readers => children.Concat(readers);

    /// <summary>The cells that this stage run ends.</summary>
    public IReadOnlyList<string> CellIds => cellIds;

    /// <summary>The stage run that made the model with which this line of stage runs began.</summary>
    public StageRunNode Root => Parent?.Root ?? this;

    /// <summary>This stage run and those that it begins with, the nearest first.</summary>
    internal IEnumerable<StageRunNode> Line => Parent is null ? [this] : Parent.Line.Prepend(this);

    /// <summary>What tells stage runs apart before any is run: the stage and its values, not the seed.</summary>
    internal (StageDefinition Stage, string Values) Variant => (Stage, string.Join('\n', Values.Select(v => v.Value.Label)));

    internal void Ends(string cellId) => cellIds.Add(cellId);
}
