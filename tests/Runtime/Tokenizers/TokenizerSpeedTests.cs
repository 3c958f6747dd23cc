using System.Diagnostics;
using System.Globalization;
using System.Text;
using DcrDsl.Tokenizers;

namespace DcrDsl.Runtime.Tests.Tokenizers;

/// <summary>
/// Measures the tokenizer on the texts and the rules of the Python benchmark (its "tokenize"): every line of every CSV file, one
/// thread, ids only. Run on request: DCRDSL_TOKENIZER=…/tokenizer.json DCRDSL_TEXTS=folder, and the built program DcrDsl.Runtime.Tests
/// -class "*TokenizerSpeedTests" -explicit only -showLiveOutput.
/// </summary>
public class TokenizerSpeedTests
{
    [Fact(Explicit = true)]
    public void Lines_of_a_folder_one_thread()
    {
        string? file = Environment.GetEnvironmentVariable("DCRDSL_TOKENIZER"),
            folder = Environment.GetEnvironmentVariable("DCRDSL_TEXTS");
        Assert.SkipWhen(
            file is null || folder is null,
            "set DCRDSL_TOKENIZER to a tokenizer.json and DCRDSL_TEXTS to a folder of CSV files"
        );
        var lines = new List<string>();
        foreach (string path in Directory.EnumerateFiles(folder!, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string text = new UTF8Encoding(false)
                .GetString(File.ReadAllBytes(path))
                .Replace("\r\n", "\n", StringComparison.Ordinal)
                .Replace('\r', '\n');
            for (int start = 0, end; start < text.Length; start = end)
            {
                int at = text.IndexOf('\n', start);
                end = at < 0 ? text.Length : at + 1;
                lines.Add(text[start..end]);
            }
        }
        // Five passes of one tokenizer, as the Python benchmark makes them: the first one with empty caches.
        var tokenizer = HuggingFaceTokenizer.Open(file!);
        var seconds = new double[5];
        long tokens = 0;
        for (int k = 0; k < seconds.Length; k++)
        {
            var clock = Stopwatch.StartNew();
            tokens = 0;
            foreach (string line in lines)
                tokens += tokenizer.EncodeIds(line, addSpecialTokens: false).Length;
            seconds[k] = clock.Elapsed.TotalSeconds;
        }
        double median = seconds.Order().ElementAt(2);
        TestContext.Current.TestOutputHelper!.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{tokens} tokens, median {median:f3} s = {tokens / median / 1e6:f2} M tokens/s; all: "
                    + $"{string.Join(", ", seconds.Select(s => s.ToString("f3", CultureInfo.InvariantCulture)))}"
            )
        );
        Assert.True(tokens > 0);
    }
}
