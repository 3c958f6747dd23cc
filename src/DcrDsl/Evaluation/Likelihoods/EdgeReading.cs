using DcrDsl.Models;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Likelihoods;

/// <summary>The likelihoods of tokens from the states that predict them.</summary>
static class EdgeReading
{
    // Small enough for the caches of two processor cores; measured on a model of 135 M parameters.
    const int LogitsAtOnce = 128 * 49_152;

    /// <summary>What some places predict.</summary>
    /// <param name="decoder">The model.</param>
    /// <param name="hidden">The states of all places, [N, H].</param>
    /// <param name="places">Those that predict something.</param>
    /// <param name="predictions">What they predict, in the order of these.</param>
    /// <param name="edges">Takes the likelihoods.</param>
    /// <exception cref="InputException">The logits are not finite numbers.</exception>
    public static void Predict(Decoder decoder, Tensor hidden, long[] places, Prediction[] predictions, EdgeLikelihood[] edges)
    {
        if (places.Length == 0)
            return;
        hidden = hidden.RowsAt(tensor(places, device: hidden.device)); // [places, H]
        int atOnce = Math.Max(1, LogitsAtOnce / decoder.Config.VocabularySize),
            read = 0;
        for (int from = 0; from < places.Length; from += atOnce)
        {
            using var scope = NewDisposeScope();
            int count = Math.Min(atOnce, places.Length - from),
                first = read;
            while (read < predictions.Length && predictions[read].Place < from + count)
                read++;
            Read(decoder.Head(hidden.narrow(0, from, count)), from, predictions.AsSpan(first..read), edges);
        }
    }

    /// <summary>
    /// The likelihoods of what some places predict, from their logits [places, vocabulary]; <paramref name="from"/> is the first place.
    /// </summary>
    static void Read(Tensor logits, int from, ReadOnlySpan<Prediction> predictions, EdgeLikelihood[] edges)
    {
        long vocabulary = logits.shape[1];
        long[] chosen = new long[predictions.Length];
        for (int i = 0; i < chosen.Length; i++)
            chosen[i] = (predictions[i].Place - from) * vocabulary + predictions[i].Token;
        // Apple's devices have no double.
        var wide = (logits.device_type == DeviceType.MPS ? logits.cpu() : logits).to(ScalarType.Float64);
        double[] normaliser = wide.logsumexp(-1).cpu().data<double>().ToArray();
        double[] logit = wide.flatten().index_select(0, tensor(chosen, device: wide.device)).cpu().data<double>().ToArray();
        long[] likeliest = logits.argmax(-1).cpu().data<long>().ToArray();
        for (int i = 0; i < chosen.Length; i++)
        {
            var (place, token, edge) = predictions[i];
            double log = logit[i] - normaliser[place - from];
            if (!double.IsFinite(log))
                throw NotFinite.Logits();
            edges[edge] = new(log, likeliest[place - from] == token);
        }
    }
}
