using DcrDsl.Models;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Coupling;

/// <summary>The parameters of a model by which a kernel's gradients are taken.</summary>
static class ChosenParameters
{
    /// <summary>The parameters with their names: the decoder's own, and those of an adapter that is attached.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="choice">Which of them.</param>
    /// <exception cref="InputException">The decoder has none of them.</exception>
    public static IReadOnlyDictionary<Tensor, string> Of(Decoder decoder, TangentParameters choice)
    {
        var chosen = new Dictionary<Tensor, string>(ReferenceEqualityComparer.Instance);
        int layers = decoder.Config.Layers;
        foreach (var list in new[] { decoder.Parameters, decoder.Adapter?.Parameters })
        foreach (var (name, parameter) in list is null ? [] : list.Names.Zip(list))
            if (choice.Includes(name, layers) || (IsTiedHead(name) && choice.Includes("lm_head.weight", layers)))
                chosen.Add(parameter, name);
        return chosen.Count > 0
            ? chosen
            : throw new InputException($"The model has no parameters for the kernel coupling: {choice.Missing}.");

        // A tied head is the embedding, and its derivative goes through both.
        bool IsTiedHead(string name) => decoder.Config.TieEmbeddings && name == "model.embed_tokens.weight";
    }
}
