using DcrDsl.Data;
using DcrDsl.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace DcrDsl.Evaluation;

/// <summary>How likely a model finds a given answer.</summary>
/// <param name="Log">Natural logarithm of the answer's probability after its prompt.</param>
/// <param name="Tokens">Tokens of the answer, the end token included.</param>
public readonly record struct ResponseLikelihood(double Log, int Tokens)
{
    /// <summary>Mean negative log-likelihood of a token, in nats.</summary>
    public double MeanLoss => -Log / Tokens;

    /// <summary>The likelihoods of answers, which all run in one batch, padded on the right; only the rows that predict the answer meet the head.</summary>
    /// <param name="decoder">The model.</param>
    /// <param name="texts">Prompts with their answers; at least one token each.</param>
    /// <returns>In the order of the texts.</returns>
    public static IReadOnlyList<ResponseLikelihood> Of(Decoder decoder, IReadOnlyList<EncodedText> texts)
    {
        if (texts.Any(t => t.ResponseStart < 1 || t.ResponseStart >= t.Tokens.Length))
            throw new ArgumentException("a text has no prompt or no answer", nameof(texts));
        if (texts.Count == 0) return [];

        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        int longest = texts.Max(t => t.Tokens.Length) - 1;                      // the last token predicts nothing
        long[] tokens = new long[texts.Count * longest];
        List<long> rows = [], targets = [];
        for (int text = 0; text < texts.Count; text++)
        {
            var (all, start) = texts[text];
            for (int i = 0; i < all.Length - 1; i++) tokens[text * longest + i] = all[i];
            for (int i = start; i < all.Length; i++)
            {
                rows.Add(text * longest + i - 1);
                targets.Add(all[i]);
            }
        }

        var device = decoder.Device;
        var hidden = decoder.Forward(tensor(tokens, [texts.Count, longest], device: device));
        var logits = decoder.Head(hidden.Rows(tensor(rows.ToArray(), device: device))).to(ScalarType.Float32);
        var losses = cross_entropy(logits, tensor(targets.ToArray(), device: device), reduction: nn.Reduction.None).cpu();
        var values = losses.data<float>().ToArray();

        var likelihoods = new ResponseLikelihood[texts.Count];
        int read = 0;
        for (int text = 0; text < texts.Count; text++)
        {
            int count = texts[text].Tokens.Length - texts[text].ResponseStart;
            double sum = 0;
            for (int i = 0; i < count; i++) sum += values[read++];
            likelihoods[text] = new(-sum, count);
        }
        return likelihoods;
    }
}
