using DcrDsl.Generators.Diagnostics;

namespace DcrDsl.Generators.Draft;

/// <summary>A layer of a model whose depth its config.json tells, if the build has that file.</summary>
/// <param name="Path">The model's path as declared.</param>
/// <param name="Layer">The layer, counted from 1.</param>
/// <param name="Place">Where it is written.</param>
sealed record DeepLayer(string Path, int Layer, Place Place);

/// <summary>What a config.json among the additional files says.</summary>
/// <param name="Folder">The folder it lies in.</param>
/// <param name="Depth">The model's number of blocks.</param>
sealed record ModelConfig(string Folder, int Depth);
