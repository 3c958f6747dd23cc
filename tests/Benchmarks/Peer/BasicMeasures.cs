using DcrDsl.Data;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Tokenizers;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Benchmarks.Peer;

/// <summary>The machine itself, loading, tokenizing.</summary>
static class BasicMeasures
{
    public static void Gemm(PeerSetting setting)
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(2048, 576),
            w = randn(1536, 576);
        for (int i = 0; i < 3; i++)
            nn.functional.linear(x, w).Dispose();
        double[] times =
        [
            .. Enumerable.Range(0, Math.Max(20, setting.Repeat)).Select(_ => PeerSetting.Time(() => nn.functional.linear(x, w).Dispose())),
        ];
        setting.Report("gemm 2048x576x1536 fp32", times, result: Math.Round(2.0 * 2048 * 576 * 1536 / times.Min() / 1e9, 1));
    }

    public static void Load(PeerSetting setting) =>
        setting.Report(
            "load bf16",
            [
                .. Enumerable
                    .Range(0, setting.Repeat)
                    .Select(_ => PeerSetting.Time(() => HuggingFaceDirectory.Open(setting.Model, CPU, ScalarType.BFloat16).Dispose())),
            ]
        );

    public static void Tokenize(PeerSetting setting)
    {
        var tokenizer = HuggingFaceTokenizer.Open(Path.Combine(setting.Model, "tokenizer.json"));
        string data = Path.GetFullPath(
            Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "..", "..", "shared", "data", "mmlu")
        );
        string[] texts =
        [
            .. Directory.EnumerateFiles(data, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(Lines),
        ];
        long tokens = 0;
        double[] times =
        [
            .. Enumerable
                .Range(0, setting.Repeat)
                .Select(_ => PeerSetting.Time(() => tokens = texts.Sum(t => (long)tokenizer.EncodeIds(t, addSpecialTokens: false).Length))),
        ];
        setting.Report("tokenize mmlu, line by line, one thread", times, tokens, tokens);
    }

    /// <summary>The lines of a file as Python iterates over them: with their ends, which are all "\n".</summary>
    static IEnumerable<string> Lines(string file)
    {
        string[] lines = File.ReadAllText(file).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        return [.. lines[..^1].Select(l => l + "\n"), .. lines[^1].Length > 0 ? [lines[^1]] : Array.Empty<string>()];
    }
}
