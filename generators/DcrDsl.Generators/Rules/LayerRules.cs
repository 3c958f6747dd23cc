using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>Holds options marked with <see cref="LayerAttribute"/> to the depth of the base model.</summary>
static class LayerRules
{
    public static void Check(ArmView arm, string property, Stage stage)
    {
        foreach (var (owner, option, value) in SpecRecord.Marked<LayerAttribute>(stage))
        {
            if (value is int layer)
                Depth(arm, property, owner, option.Name, layer, alone: true);
            foreach (int one in value as ValueList<int> ?? ValueList<int>.Empty)
            {
                if (one < 1)
                    arm.Report(
                        Descriptors.ValueOutOfRange,
                        property,
                        owner,
                        option.Name,
                        $"A layer of {arm.Notation.Option(option.Name)}",
                        Text.Label(one),
                        "at least 1"
                    );
                else
                    Depth(arm, property, owner, option.Name, one, alone: false);
            }
        }
    }

    /// <summary>The layer against the depth of the model or, where only its config.json tells that, later against the files of the
    /// build.</summary>
    static void Depth(ArmView arm, string property, object owner, string option, int layer, bool alone)
    {
        if (arm.Model!.Depth is { } depth && layer > depth)
            arm.Report(
                alone ? arm.Setting(property, owner, option, option, Text.Label(depth)) : null,
                Descriptors.LayerOutOfRange,
                property,
                owner,
                option,
                Text.Label(layer),
                arm.Model.GetType().Name,
                Text.Label(depth)
            );
        else if (arm.Model is { Depth: null, Directory: { } directory })
            arm.Draft.DeepLayers.Add(new DeepLayer(directory, layer, arm.PlaceOf(property, owner, option)));
    }
}
