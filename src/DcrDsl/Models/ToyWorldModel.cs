using DcrDsl.Data.Corpus;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>Makes the built-in model of <see cref="Specs.ToyLlama"/>.</summary>
public static class ToyWorldModel
{
    /// <summary>A decoder over ToyWorld's words with random weights drawn from the seed.</summary>
    /// <param name="spec">The shape.</param>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="device">Where the parameters shall be.</param>
    /// <exception cref="InputException">The width is no multiple of the heads, or other sizes do not fit together.</exception>
    public static LanguageModel Create(Specs.ToyLlama spec, ulong seed, Device device)
    {
        var chat = new ToyWorldTokenizer();
        return new LanguageModel(Decoder.Initialise(Configure(spec, chat.VocabularySize), seed, device), chat);
    }

    internal static DecoderConfig Configure(Specs.ToyLlama spec, int vocabularySize)
    {
        if (spec.Heads < 1 || spec.Width % spec.Heads != 0)
            throw new InputException(FormattableString.Invariant($"The width {spec.Width} is no multiple of the {spec.Heads} heads."));
        return new DecoderConfig
        {
            VocabularySize = vocabularySize,
            HiddenSize = spec.Width,
            Layers = spec.Layers,
            Heads = spec.Heads,
            KeyValueHeads = spec.KeyValueHeads,
            HeadDim = spec.Width / spec.Heads,
            IntermediateSize = spec.FeedForward,
            NormEpsilon = spec.NormEpsilon,
            RopeTheta = spec.RopeTheta,
        };
    }
}
