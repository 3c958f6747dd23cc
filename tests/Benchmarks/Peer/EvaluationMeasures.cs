using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using static TorchSharp.torch;

namespace DcrDsl.Benchmarks.Peer;

/// <summary>Answers and likelihoods.</summary>
static class EvaluationMeasures
{
    const int Stop = 2;

    public static void Generate(PeerSetting setting)
    {
        using var decoder = HuggingFaceDirectory.Open(setting.Model, CPU, setting.Tuned ? ScalarType.BFloat16 : ScalarType.Float32);
        Answer(decoder, 32, 2);
        IReadOnlyList<int[]> answers = [];
        double[] times =
        [
            .. Enumerable.Range(0, Math.Max(1, setting.Repeat / 2)).Select(_ => PeerSetting.Time(() => answers = Answer(decoder, 128, 16))),
        ];
        setting.Report(
            "greedy, 128 prompts x 16 tokens, batch 32",
            times,
            128 * 16,
            new object[] { answers.Sum(a => a.Sum(t => (long)t)), answers[0], answers[127] }
        );
    }

    /// <summary>
    /// Greedy answers; a row that ends early is filled with the stop token to the length of its batch, as transformers returns it.
    /// </summary>
    public static IReadOnlyList<int[]> Answer(Decoder decoder, int count, int newTokens, int batch = 32)
    {
        var answers = new List<int[]>();
        foreach (var prompts in PeerSetting.Lines("generate").Take(count).Select(l => PeerSetting.Ids(l, "ids")).Chunk(batch))
        {
            var completions = Generation.Complete(decoder, prompts, newTokens, [Stop]);
            int width = completions.Max(c => c.Tokens.Length);
            answers.AddRange(completions.Select(c => (int[])[.. c.Tokens, .. Enumerable.Repeat(Stop, width - c.Tokens.Length)]));
        }
        return answers;
    }

    public static void Likelihoods(PeerSetting setting)
    {
        using var decoder = HuggingFaceDirectory.Open(setting.Model, CPU);
        double[] logs = [],
            times = [.. Enumerable.Range(0, Math.Max(1, setting.Repeat / 2)).Select(_ => PeerSetting.Time(() => logs = Score(decoder)))];
        setting.Report("log-likelihoods of 399 continuations, batch 32", times, result: new[] { logs.Sum(), logs[0], logs[398] });
    }

    /// <summary>The log-likelihoods of all continuations.</summary>
    public static double[] Score(Decoder decoder, int batch = 32)
    {
        EncodedText[] texts =
        [
            .. PeerSetting
                .Lines("loglik")
                .Select(l => (Context: PeerSetting.Ids(l, "context"), Continuation: PeerSetting.Ids(l, "continuation")))
                .Select(l => new EncodedText([.. l.Context, .. l.Continuation], l.Context.Length)),
        ];
        return [.. ContinuationLikelihood.Of(decoder, texts, batch).Select(l => l.Log)];
    }
}
