using System.Globalization;
using DcrDsl.Definition;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Specs;

namespace DcrDsl.Planning;

/// <summary>Finds layers that the base model does not have, from its <c>config.json</c> alone.</summary>
static class LayerCheck
{
    /// <summary>Holds every layer of the plan against the model that it is about.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="paths">Where the experiment's paths lie; names may be missing.</param>
    /// <returns>What could not be checked and why, in sentences.</returns>
    /// <exception cref="InputException">There is no such layer.</exception>
    public static IReadOnlyList<string> Of(Plan plan, RunPaths paths)
    {
        var notes = new List<string>();
        var depths = new Dictionary<object, (int Layers, string Source)?>();
        foreach (var node in plan.StageRuns.DistinctBy(n => (n.Variant, n.Root.Variant)))
        foreach (var (path, layer) in LayersOf(node.Spec))
        {
            if (!depths.TryGetValue(node.Root.Variant, out var depth))
                depths.Add(node.Root.Variant, depth = Depth((ModelSpec)node.Root.Spec, paths, notes));
            if (depth is { } known && (layer < 1 || layer > known.Layers))
                throw new InputException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Stage {node.Stage.Name}: layer {layer} ({node.Stage.Property}.{path}) does not exist: {known.Source} has "
                            + $"{known.Layers} blocks, so choose a layer from 1 to {known.Layers}."
                    )
                );
        }
        return notes;
    }

    static IEnumerable<(string Path, int Layer)> LayersOf(StageSpec spec) =>
        from option in SpecOptions.Walk(spec)
        where option.Option.IsDefined(typeof(LayerAttribute), inherit: true)
        from layer in option.Value is int one ? [one] : option.Value as IEnumerable<int> ?? []
        select (option.Path, layer);

    static (int Layers, string Source)? Depth(ModelSpec model, RunPaths paths, List<string> notes)
    {
        if (model.Depth is { } declared)
            return (declared, "the base model");
        if (model.Directory is not { } directory)
            return null;
        string[] missing = [.. paths.Missing([directory])];
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
