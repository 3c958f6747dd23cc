using System.Globalization;
using DcrDsl.Definition;
using DcrDsl.Models.Checkpoints;

namespace DcrDsl.Planning;

/// <summary>A layer that a stage names.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="Path">The option, for example <c>Dcr.Layer</c>.</param>
/// <param name="Layer">The layer, counted from 1; null: the option is an axis.</param>
public sealed record LayerChoice(string Stage, string Path, int? Layer);

/// <summary>How many blocks a base model has, or where that is written.</summary>
/// <param name="Stage">The name of the stage that makes the model.</param>
/// <param name="Path">The option that decides about it; where it is an axis, its value does.</param>
/// <param name="Layers">The number of blocks; null: <paramref name="Directory"/> knows it.</param>
/// <param name="Directory">The model's directory as declared; null: <paramref name="Layers"/> is the number.</param>
public sealed record BaseDepth(string Stage, string Path, int? Layers, string? Directory);

/// <summary>Finds layers that the base model does not have, from its <c>config.json</c> alone.</summary>
public static class LayerCheck
{
    /// <summary>Holds every layer of the plan against the model that it is about.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="paths">Where the experiment's paths lie; names may be missing.</param>
    /// <returns>What could not be checked and why, in sentences.</returns>
    /// <exception cref="InputException">There is no such layer.</exception>
    public static IReadOnlyList<string> Of(Plan plan, RunPaths paths)
    {
        var notes = new List<string>();
        var choices = plan.Definition.Layers.ToLookup(c => c.Stage);
        var seen = new HashSet<(string Root, string Node)>();
        var depths = new Dictionary<string, (int Layers, string Source)?>();
        foreach (var cell in plan.Cells)
        {
            foreach (var node in cell.StageRuns.Where(n => choices.Contains(n.Stage.Name) && seen.Add((Key(cell.StageRuns[0]), Key(n)))))
            {
                if (!depths.TryGetValue(Key(cell.StageRuns[0]), out var depth))
                    depths.Add(Key(cell.StageRuns[0]), depth = Depth(plan, cell.StageRuns[0], paths, notes));
                if (depth is not { } known)
                    continue;
                foreach (var choice in choices[node.Stage.Name])
                {
                    int layer = choice.Layer ?? (int)node.Values[choice.Path].Value!;
                    if (layer < 1 || layer > known.Layers)
                        throw new InputException(
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"Stage {choice.Stage}: layer {layer} ({choice.Path}) does not exist: {known.Source} has "
                                    + $"{known.Layers} blocks, "
                            ) + FormattableString.Invariant($"so choose a layer from 1 to {known.Layers}.")
                        );
                }
            }
        }
        return notes;
    }

    // Seeds change no depth.
    static string Key(StageRunNode node) => string.Join('\n', [node.Stage.Name, .. node.Values.Select(v => v.Key + "=" + v.Value.Label)]);

    static (int Layers, string Source)? Depth(Plan plan, StageRunNode root, RunPaths paths, List<string> notes)
    {
        if (plan.Definition.Depths.FirstOrDefault(d => d.Stage == root.Stage.Name) is not { } declared)
            return null;
        var swept = root.Values.GetValueOrDefault(declared.Path)?.Value;
        if (declared.Directory is null)
            return (swept as int? ?? declared.Layers!.Value, "the base model");
        string directory = swept as string ?? declared.Directory;
        string[] missing = [.. PlaceNames.In(directory).Where(n => !paths.Places.ContainsKey(n)).Distinct()];
        if (missing.Length > 0)
        {
            string given = string.Join(" ", missing.Select(n => $"--path {n}=PATH"));
            notes.Add($"To check the layers against the model too, say where it is with {given}.");
            return null;
        }
        string config = Path.Combine(paths.Resolve(directory), HuggingFaceDirectory.ConfigFile);
        if (File.Exists(config))
            return (HuggingFaceConfig.Read(config).Layers, $"the model of {config}");
        notes.Add($"The layers are not checked, as there is no {config}.");
        return null;
    }
}
