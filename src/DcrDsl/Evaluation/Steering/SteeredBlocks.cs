using System.Globalization;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;

namespace DcrDsl.Evaluation.Steering;

/// <summary>Blocks that are named by number, or by their place in the depth of whatever model there is.</summary>
public static class SteeredBlocks
{
    /// <summary>
    /// The blocks at whose inputs directions are looked for: from a first on, before a fraction of the depth, and in two blocks at least.
    /// </summary>
    /// <param name="name">The stage, for messages.</param>
    /// <param name="model">The model.</param>
    /// <param name="startLayer">The first block, counted from 1; null: by depth.</param>
    /// <param name="startDepth">The same as a fraction: 0 is the first block.</param>
    /// <param name="endDepth">Where to stop, as a fraction.</param>
    /// <exception cref="InputException">There is no such block.</exception>
    public static BlockRange Before(string name, LanguageModel model, double endDepth, double startDepth = 0, int? startLayer = null)
    {
        int layers = model.Decoder.Config.Layers;
        int last = Math.Min(layers, Math.Max(2, (int)Math.Floor(endDepth * layers)));
        return Checked(name, layers, startLayer ?? At(startDepth, layers), last, "StartLayer, StartDepth and EndDepth");
    }

    /// <summary>Blocks from one to another.</summary>
    /// <param name="name">The stage, for messages.</param>
    /// <param name="model">The model.</param>
    /// <param name="firstDepth">The first as a fraction of the depth: 10/32 is the eleventh block of 32.</param>
    /// <param name="lastDepth">The last in the same way.</param>
    /// <param name="first">The first, counted from 1, where it is named by number.</param>
    /// <param name="last">The last.</param>
    /// <exception cref="InputException">There is no such block.</exception>
    public static BlockRange Between(
        string name,
        LanguageModel model,
        double firstDepth,
        double lastDepth,
        int? first = null,
        int? last = null
    )
    {
        int layers = model.Decoder.Config.Layers;
        return Checked(
            name,
            layers,
            first ?? At(firstDepth, layers),
            last ?? At(lastDepth, layers),
            "FirstSteered and LastSteered, or FirstSteeredDepth and LastSteeredDepth,"
        );
    }

    /// <summary>The blocks whose states score a query: by default from the first that is steered to the model's last.</summary>
    /// <param name="name">The stage, for messages.</param>
    /// <param name="model">The model.</param>
    /// <param name="steered">The blocks that are steered.</param>
    /// <param name="first">The first, counted from 1.</param>
    /// <param name="last">The last.</param>
    /// <exception cref="InputException">There is no such block.</exception>
    public static BlockRange Scored(string name, LanguageModel model, BlockRange steered, int? first = null, int? last = null)
    {
        int layers = model.Decoder.Config.Layers;
        return Checked(name, layers, first ?? steered.First, last ?? layers, "FirstScored and LastScored");
    }

    static int At(double depth, int layers) => (int)Math.Floor(depth * layers) + 1;

    static BlockRange Checked(string name, int layers, int first, int last, string options) =>
        first <= last && last <= layers
            ? new(first, last)
            : throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: {options} give no block: from {first} to {last} in a model of {layers}; choose a first that is not behind "
                        + $"the last and a last that the model has."
                )
            );
}
