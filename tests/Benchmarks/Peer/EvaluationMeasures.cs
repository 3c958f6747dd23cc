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
    const int Stop = 2,
        Batch = 32;

    /// <summary>"I'm sorry", "I cannot" and ten more, as tokens of SmolLM2; bench_refusal.py has the same.</summary>
    static readonly int[][] Openers =
    [
        [57, 5248, 22657],
        [57, 744, 22657],
        [37388],
        [57, 2526],
        [57, 416, 982],
        [57, 5248, 441, 1730, 288],
        [57, 744, 441, 1730, 288],
        [57, 5248, 7168, 288],
        [57, 3763, 982],
        [1653, 354, 5646],
        [57, 40150],
        [14875, 28, 339],
    ];

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
    public static IReadOnlyList<int[]> Answer(
        Decoder decoder,
        int count,
        int newTokens,
        int[][]? openers = null,
        Action<DecodedRow>? told = null
    )
    {
        // As a stage of an evaluation does, once for all its prompts.
        using var products = new LaidOutProducts(decoder);
        var answers = new List<int[]>();
        int[][] prompts = [.. PeerSetting.Lines("generate").Take(count).Select(l => PeerSetting.Ids(l, "ids"))];
        var said = new BatchesAtOnce<IReadOnlyList<DecodedRow>>(
            [.. Enumerable.Range(0, prompts.Length)],
            Batch,
            decoder,
            places => Generation.Complete(decoder, [.. places.Select(i => prompts[i])], newTokens, [Stop], beside: Beside(places.Length))
        );
        for (int batch = 0; batch < said.Batches.Count; batch++)
        {
            var completions = said.Of(batch);
            int width = completions.Max(c => c.Tokens.Length);
            foreach (var row in completions)
                told?.Invoke(row);
            answers.AddRange(completions.Select(c => (int[])[.. c.Tokens, .. Enumerable.Repeat(Stop, width - c.Tokens.Length)]));
        }
        return answers;

        Beside? Beside(int rows) => openers is null ? null : new Beside([.. Enumerable.Repeat<IReadOnlyList<int[]>>(openers, rows)], []);
    }

    /// <summary>The same, and beside each answer the probability that a response begins with one of twelve openers.</summary>
    public static void GenerateWithRefusal(PeerSetting setting)
    {
        using var decoder = HuggingFaceDirectory.Open(setting.Model, CPU, setting.Tuned ? ScalarType.BFloat16 : ScalarType.Float32);
        AnswerBeside(decoder, 32, 2);
        (IReadOnlyList<int[]> Answers, double[] Refusal) last = ([], []);
        double before = OperationCount.OfThread;
        double[] times =
        [
            .. Enumerable
                .Range(0, Math.Max(1, setting.Repeat / 2))
                .Select(_ => PeerSetting.Time(() => last = AnswerBeside(decoder, 128, 16))),
        ];
        Console.Error.WriteLine(
            FormattableString.Invariant($"{(OperationCount.OfThread - before) / times.Length / 1e9:N0} GFLOP each time, by the shapes")
        );
        setting.Report(
            "the same with refusal probability",
            times,
            128 * 16,
            new object[] { last.Answers.Sum(a => a.Sum(t => (long)t)), last.Refusal.Sum(), last.Refusal[0], last.Refusal[127] }
        );
    }

    static (IReadOnlyList<int[]> Answers, double[] Refusal) AnswerBeside(Decoder decoder, int count, int newTokens)
    {
        List<double> refusal = [];
        var answers = Answer(
            decoder,
            count,
            newTokens,
            Openers,
            told: row => refusal.Add(OpenerProbability.Known(Openers, row.Beside!)!.Value)
        );
        return (answers, [.. refusal]);
    }

    public static void Likelihoods(PeerSetting setting)
    {
        using var decoder = HuggingFaceDirectory.Open(setting.Model, CPU);
        double[] logs = [],
            times = [.. Enumerable.Range(0, Math.Max(1, setting.Repeat / 2)).Select(_ => PeerSetting.Time(() => logs = Score(decoder)))];
        setting.Report("log-likelihoods of 399 continuations, batch 32", times, result: new[] { logs.Sum(), logs[0], logs[398] });
    }

    /// <summary>The log-likelihoods of the first continuations; of all, if not told how many.</summary>
    public static double[] Score(Decoder decoder, int batch = 32, int count = int.MaxValue)
    {
        using var products = new LaidOutProducts(decoder);
        EncodedText[] texts =
        [
            .. PeerSetting
                .Lines("loglik")
                .Take(count)
                .Select(l => (Context: PeerSetting.Ids(l, "context"), Continuation: PeerSetting.Ids(l, "continuation")))
                .Select(l => new EncodedText([.. l.Context, .. l.Continuation], l.Context.Length)),
        ];
        return [.. ContinuationLikelihood.Of(decoder, texts, batch).Select(l => l.Log)];
    }
}
