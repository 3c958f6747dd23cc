using System.Globalization;
using DcrDsl.Models.SafeTensors;
using static TorchSharp.torch;

namespace DcrDsl.Models.Attachments;

/// <summary>Directions in the residual stream as a file has them, checked against the decoder that they are for.</summary>
sealed class StoredDirections(SafeTensorsFile file, Decoder decoder)
{
    const string OfBlock = "direction.";

    /// <summary>The name of the direction of a block, counted from 1.</summary>
    public static string NameOf(int block) => string.Create(CultureInfo.InvariantCulture, $"{OfBlock}{block}");

    /// <summary>The blocks that the decoder has.</summary>
    public int Blocks => decoder.Config.Layers;

    /// <summary>The direction of that name, [H].</summary>
    public Tensor Direction(string name) => Directions(name, dimensions: 1);

    /// <summary>Directions under one name, […, H].</summary>
    /// <param name="name">The name.</param>
    /// <param name="dimensions">How many dimensions there are.</param>
    public Tensor Directions(string name, int dimensions)
    {
        var direction = file.Load(name, device: decoder.Device);
        return direction.shape is [.., var width] && width == decoder.Config.HiddenSize && direction.dim() == dimensions
            ? direction
            : throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{file.Path}: tensor '{name}' has shape [{string.Join(", ", direction.shape)}], and the model's residual stream is "
                        + $"{decoder.Config.HiddenSize} wide; give the model that it was made for."
                )
            );
    }

    /// <summary>A direction for each block of the decoder, [L, H].</summary>
    public Tensor ByBlocks(string name)
    {
        var directions = Directions(name, dimensions: 2);
        return directions.shape[0] == decoder.Config.Layers
            ? directions
            : throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{file.Path}: tensor '{name}' is for {directions.shape[0]} blocks, and the model has {decoder.Config.Layers}; give "
                        + $"the model that it was made for."
                )
            );
    }

    /// <summary>The directions by block, counted from 1.</summary>
    public IReadOnlyDictionary<int, Tensor> ByBlock() => file.Entries.Keys.ToDictionary(Block, Direction);

    int Block(string name) =>
        name.StartsWith(OfBlock, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(OfBlock.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int block)
        && block >= 1
        && block <= decoder.Config.Layers
            ? block
            : throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{file.Path} has tensor {SafeTensorsHeader.Quote(name)}, and the model has the blocks 1 to {decoder.Config.Layers}; "
                        + $"give the model that it was made for."
                )
            );
}
