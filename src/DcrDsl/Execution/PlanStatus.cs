using DcrDsl.Definition;
using DcrDsl.Execution.Numerics;
using DcrDsl.Planning;
using DcrDsl.Store;
using DcrDsl.Store.Leases;

namespace DcrDsl.Execution;

/// <summary>How far the cells of a plan are, whichever processes run them: what the store says at one moment. Nothing is changed.</summary>
/// <param name="Cells">The cells in the plan's order.</param>
sealed record PlanStatus(IReadOnlyList<CellStatus> Cells)
{
    /// <summary>Looks into the store.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="options">Where its paths lie, and how numbers are computed: the keys hang on both.</param>
    /// <param name="root">The folder of the store.</param>
    /// <exception cref="InputException">A path has no place.</exception>
    public static PlanStatus Of(Plan plan, ExecutionOptions options, string root)
    {
        var keys = Storage.KeysOf(
            plan,
            options,
            new ContentDigests(root, options.Threads),
            new KnownNumerics(root),
            new Dictionary<string, string>(),
            CancellationToken.None
        );
        // Leases first: a stage run that ends meanwhile is then found in the store.
        var leases = StageLeases.In(root);
        var notes = new FailureNotes(root);
        var store = new StageStore(root);
        var here = plan.StageRuns.Where(n => store.Has(keys.Results[n].Digest)).ToHashSet();
        return new([.. plan.Cells.Select(Of)]);

        CellStatus Of(Cell cell)
        {
            // What comes before a result that is there is not needed; a base model is made by whoever begins with it.
            int next = cell.StageRuns.Index().LastOrDefault(r => here.Contains(r.Item)) is (var last, { } reached) ? last + 1 : 0;
            while (next < cell.StageRuns.Count && cell.StageRuns[next].Stage.Body is Make && Note(cell.StageRuns[next]) is null)
                next++;
            if (next == cell.StageRuns.Count)
                return new(cell, CellState.Done, null, null, null);
            var node = cell.StageRuns[next];
            if (leases.GetValueOrDefault(keys.OfWork(node).Digest) is { Holder.HasEnded: false } lease)
                return new(cell, CellState.Running, node, lease, null);
            return Note(node) is { } note ? new(cell, CellState.Failed, node, null, note) : new(cell, CellState.Waiting, node, null, null);
        }

        FailureNote? Note(StageRunNode node) => notes.Find(keys.Results[node].Digest);
    }
}

/// <summary>How far a cell is.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="State">Whether it is done, and else what happens with <paramref name="Next"/>.</param>
/// <param name="Next">The first of its stage runs whose result is not there; null: all are.</param>
/// <param name="Lease">Who runs it; null: nobody does.</param>
/// <param name="Failure">Why it failed; null: it did not.</param>
sealed record CellStatus(Cell Cell, CellState State, StageRunNode? Next, LeaseRecord? Lease, FailureNote? Failure);

/// <summary>What happens with a cell.</summary>
enum CellState
{
    /// <summary>It has scores.</summary>
    Done,

    /// <summary>A process runs a stage run of it.</summary>
    Running,

    /// <summary>Nobody runs its next stage run now.</summary>
    Waiting,

    /// <summary>Its next stage run has failed, and nobody tries it again now.</summary>
    Failed,
}
