using System.Globalization;
using System.Text.RegularExpressions;
using DcrDsl.Definition;
using DcrDsl.Planning;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Execution;

/// <summary>
/// Memory that could not be had, told with its place and what to lower. .NET has an exception for it; libtorch and the libraries below it
/// report a plain error with certain words.
/// </summary>
static partial class OutOfMemory
{
    static readonly string[] Words =
    [
        "out of memory", // CUDA, MPS
        "can't allocate memory", // libtorch's allocator for the CPU
        "not enough memory", // the same on Windows
        "CUBLAS_STATUS_ALLOC_FAILED",
        "CUDNN_STATUS_ALLOC_FAILED",
        "bad_alloc",
        "bad allocation",
    ];

    /// <summary>The sentence; null where the error is another.</summary>
    /// <param name="node">The stage run.</param>
    /// <param name="done">Steps, or prompts, done before.</param>
    /// <param name="exception">The error.</param>
    public static string? Sentence(StageRunNode node, int done, Exception exception)
    {
        if (Cause(exception) is not { } cause)
            return null;
        string seed = node.Seed is { } own ? string.Create(CultureInfo.InvariantCulture, $", seed {own}") : "",
            unit = node.Stage.Body is Train ? "step" : "prompt",
            place = done > 0 ? string.Create(CultureInfo.InvariantCulture, $", {unit} {done}") : "",
            wanted = Wanted(cause.Message) is { } size ? $" ({size} more were asked for)" : "";
        return $"{node.Stage.Name}{seed}{place}: out of memory{wanted}; {English.List(Remedies(node), "or")}.";
    }

    static Exception? Cause(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            if (exception is OutOfMemoryException || Words.Any(w => exception.Message.Contains(w, StringComparison.OrdinalIgnoreCase)))
                return exception;
        return null;
    }

    static string? Wanted(string message)
    {
        var found = Request().Match(message);
        if (!found.Success)
            return null;
        return
            found.Groups["unit"].Value == "bytes" && long.TryParse(found.Groups["number"].Value, CultureInfo.InvariantCulture, out long b)
            ? English.Size(b)
            : $"{found.Groups["number"].Value} {found.Groups["unit"].Value}";
    }

    // What a stage declares of it is named by its option.
    static IEnumerable<string> Remedies(StageRunNode node)
    {
        var spec = node.Spec;
        if (spec.GetType().GetProperty(nameof(TrainingStage.Batch)) is not null)
            yield return $"lower {nameof(TrainingStage.Batch)}";
        if (spec.GetType().GetProperty(nameof(EvaluationGrid.MaxNewTokens)) is not null)
            yield return $"lower {nameof(EvaluationGrid.MaxNewTokens)}";
        if (spec.GetType().GetProperty(nameof(SupervisedFineTuning.Adapter))?.GetValue(spec) is not null)
            yield return "hold the frozen matrices in half the room with --precision bf16";
        if (node.Parent is not null)
            yield return "leave out the longest texts";
        yield return "run fewer stage runs side by side with --threads";
    }

    [GeneratedRegex(@"tried to allocate (?<number>[\d.]+) (?<unit>bytes|[KMGT]iB|[KMGT]B)", RegexOptions.IgnoreCase)]
    private static partial Regex Request();
}
