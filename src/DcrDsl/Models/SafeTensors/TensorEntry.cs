using System.Collections.Immutable;
using static TorchSharp.torch;

namespace DcrDsl.Models.SafeTensors;

/// <summary>What a safetensors header says about one tensor.</summary>
/// <param name="Name">The tensor's name, unique in its file.</param>
/// <param name="Type">Element type as stored.</param>
/// <param name="Shape">Dimensions, outermost first; empty for a scalar.</param>
/// <param name="Offset">Place of the first byte, counted from the start of the file.</param>
/// <param name="Length">Size of the data in bytes.</param>
sealed record TensorEntry(string Name, ScalarType Type, ImmutableArray<long> Shape, long Offset, long Length);
