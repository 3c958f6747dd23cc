using DcrDsl.Definition;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Planning;
using DcrDsl.Store;
using TorchSharp;

namespace DcrDsl.Execution;

/// <summary>
/// Makes models of results in the store again and writes them as Hugging Face directories, <c>models/STAGE-RUN-KEY</c>. The store has what
/// a stage changed, and the experiment's declaration has the rest: shape and tokenizer.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="paths">Gives the places of an experiment's paths.</param>
/// <param name="tell">Is told of models that cannot be made again, in sentences.</param>
sealed class StoredModels(StageStore store, Func<ExperimentDefinition, RunPaths> paths, Action<string> tell)
{
    // So much of a key tells entries apart.
    const int Shown = 12;

    /// <summary>Writes the models among some entries; one that is there already stays.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="experiments">Finds the experiment that ran an entry by its name.</param>
    /// <param name="folder">The folder; the models go into its folder <c>models</c>.</param>
    /// <returns>How many were written.</returns>
    /// <exception cref="InputException">A directory cannot be written, or a path has no place.</exception>
    public int Write(IEnumerable<StoreEntry> entries, Func<string, ExperimentDefinition?> experiments, string folder)
    {
        int written = 0;
        foreach (var entry in entries.Where(e => e.Manifest.Gives == StageResult.Model))
        {
            var manifest = entry.Manifest;
            string place = Path.Combine(folder, "models", $"{manifest.Run.Id}-{manifest.Key[..Shown]}");
            if (Directory.Exists(place))
                continue;
            if (experiments(manifest.Experiment) is not { } experiment || Find(experiment, entry) is not { } node)
                tell(
                    $"The model of {manifest.Run.Id} ({manifest.Key[..Shown]}) is not written: {manifest.Experiment} does not declare it "
                        + "so any more, and its shape and tokenizer are in the declaration; check out what ran it."
                );
            else if (node.Stage.Body is not Make && !manifest.Keeps)
                tell($"The model of {manifest.Run.Id} ({manifest.Key[..Shown]}) is not written: its weights are not kept.");
            else
            {
                using var scope = torch.NewDisposeScope();
                using var model = ((Make)node.Root.Stage.Body).Create(RunOf(node.Root, paths(experiment)));
                if (node.Stage.Body is not Make)
                    StoredResult.Load(entry, model);
                HuggingFaceDirectory.Save(place, model);
                written++;
            }
        }
        return written;
    }

    static StageRun RunOf(StageRunNode node, RunPaths paths) =>
        new(node.Stage.Name, (ulong)(node.Seed ?? 0), node.Values, torch.CPU, _ => { }, CancellationToken.None) { Paths = paths };

    /// <summary>The stage run of an entry, as the experiment declares it now; null: it declares none.</summary>
    StageRunNode? Find(ExperimentDefinition experiment, StoreEntry entry)
    {
        StoreEntry[] line = [.. Line(entry)];
        var values = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (axis, label) in line.SelectMany(e => e.Manifest.Run.Values))
            values[axis] = [label];
        try
        {
            var plan = Plan.Of(experiment, new Selection { Seeds = entry.Manifest.Run.Seed is { } seed ? [seed] : [], Values = values });
            // Of files the names are enough: their content was trained on, and is not read again.
            var keys = new StageKeys(new Arithmetic("", 0, ""), _ => "");
            return plan.StageRuns.FirstOrDefault(n => IsOf(n, line, keys));
        }
        catch (InputException)
        {
            return null; // an axis or value of it is not declared any more
        }
    }

    /// <summary>The entry and those that it begins with.</summary>
    IEnumerable<StoreEntry> Line(StoreEntry entry)
    {
        for (var at = entry; at is not null; )
        {
            yield return at;
            at = at.Manifest.Parts.FirstOrDefault(p => p.Name == StageKeys.Before) is { } before ? store.Find(before.Value) : null;
        }
    }

    static bool IsOf(StageRunNode node, IReadOnlyList<StoreEntry> line, StageKeys keys)
    {
        var at = node;
        foreach (var entry in line)
        {
            if (at is null || at.Stage.Name != entry.Manifest.Run.Stage || !AreSame(Own(keys.Of(at)), Own(entry.Manifest)))
                return false;
            at = at.Parent;
        }
        return at is null;
    }

    static bool AreSame(IReadOnlyList<KeyPart> declared, IReadOnlyList<KeyPart> stored) =>
        declared.Count == stored.Count
        && declared
            .Zip(stored)
            .All(p =>
                p.First.Name == p.Second.Name && (p.First.Value == "" ? p.First.Shown == p.Second.Shown : p.First.Value == p.Second.Value)
            );

    static IReadOnlyList<KeyPart> Own(StageKey key) => Own(key.Parts);

    static IReadOnlyList<KeyPart> Own(StoreManifest manifest) => Own(manifest.Parts);

    static IReadOnlyList<KeyPart> Own(IReadOnlyList<KeyPart> parts) =>
        [.. parts.Where(p => StageKeys.IsOfStage(p.Name) && p.Name != StageKeys.FrozenBase)];
}
