using DcrDsl.Models.Interventions;
using DcrDsl.Models.Trees;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <content>Passes over texts that share beginnings and branch: the same numbers as over each by itself.</content>
public sealed partial class Decoder
{
    /// <summary>
    /// Whether texts up to a length can be read as a tree: not where something intervenes for each row of a batch, for there is one row,
    /// nor where the frequencies of positions are those of the longest text.
    /// </summary>
    internal bool ReadsTrees(int longest) => !TellsRowsApart && Config.RopeScaling?.DependsOn(longest) != true;

    /// <summary>The tokens of a tree as tensors.</summary>
    internal TreeTokens Laid(TreeLayout layout, StoredBeginning? stored, TreeRowsOfCache? into, StoredBeginning? keeping) =>
        new(layout, Config, stored, Dtype, Device) { Into = into, Keeping = keeping };

    /// <summary>The hidden states after all blocks and the final norm: what <see cref="Head"/> takes.</summary>
    /// <param name="tree">N tokens.</param>
    /// <param name="standing">What intervenes; null: what stands for all.</param>
    /// <returns>[N, H].</returns>
    internal Tensor Forward(TreeTokens tree, InterventionList? standing = null)
    {
        using var scope = NewDisposeScope();
        var context = SequenceContext.Of(rotary, tree);
        return FinalNorm(Blocks(Embed(tree.Tokens.unsqueeze(0)), 0, Config.Layers, context, standing).squeeze(0)).MoveToOuterDisposeScope();
    }

    void Count(TreeTokens tree, int from, int layers, bool records)
    {
        for (int i = from; i < layers; i++)
            foreach (var layer in blocks[i].LinearLayers)
                Count(layer, tree.Layout.Tokens.Count, records);
        foreach (var (units, width, keys) in tree.Attention)
            OperationCount.Attention(units * (layers - from), width, keys, (double)Config.Heads * Config.HeadDim, records);
    }
}
