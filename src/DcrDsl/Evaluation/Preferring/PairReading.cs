using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using DcrDsl.Data.Files;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Judging.Asking;
using DcrDsl.Specs;
using Microsoft.Extensions.AI;

namespace DcrDsl.Evaluation.Preferring;

/// <summary>Asks by a rubric of pairs and reads the answers.</summary>
sealed partial class PairReading
{
    readonly PairRubric rubric;
    readonly AnswerPattern pattern;

    /// <exception cref="InputException">The rubric looks around or back.</exception>
    public PairReading(PairRubric rubric)
    {
        this.rubric = rubric;
        pattern = new AnswerPattern(
            rubric.Pattern,
            $"The win rate has a rubric of pairs, '{rubric.Name}', whose Pattern looks around or back, which it cannot: write it without."
        );
        Version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(StoredRecord.Written(rubric)!.ToJsonString())))[..8];
    }

    /// <summary>A digest of all that the rubric says.</summary>
    public string Version { get; }

    /// <summary>The question about two answers, each put in once, so that one that speaks of placeholders stays as it is.</summary>
    public IReadOnlyList<ChatMessage> Question(string prompt, string first, string second)
    {
        string text = Placeholder()
            .Replace(
                rubric.Prompt,
                match =>
                    match.Value switch
                    {
                        "{prompt}" => prompt,
                        "{first}" => first,
                        _ => second,
                    }
            );
        return rubric.System is { } system ? [new(ChatRole.System, system), new(ChatRole.User, text)] : [new(ChatRole.User, text)];
    }

    /// <summary>The question that a row of recorded answers is an answer to.</summary>
    public IReadOnlyList<ChatMessage> Recorded(TableRow row) => Question(row.Text("prompt"), row.Text("first"), row.Text("second"));

    /// <summary>1 where an answer prefers the first, 0 the second, 0.5 neither; null: it cannot be read.</summary>
    public double? Read(string answer)
    {
        string? word = pattern.Last(ReasoningBlocks.Without(answer));
        return word is null ? null
            : Is(rubric.First) ? 1
            : Is(rubric.Second) ? 0
            : rubric.Tie is { } tie && Is(tie) ? 0.5
            : null;

        bool Is(string wanted) => string.Equals(word, wanted.Trim(), StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"\{(?:prompt|first|second)\}")]
    private static partial Regex Placeholder();
}
