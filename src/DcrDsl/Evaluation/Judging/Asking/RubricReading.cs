using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using DcrDsl.Data.Files;
using DcrDsl.Specs;
using Microsoft.Extensions.AI;

namespace DcrDsl.Evaluation.Judging.Asking;

/// <summary>Asks by a rubric and reads the answers.</summary>
sealed partial class RubricReading
{
    const string Again = "Your answer could not be read. Answer the same question again, in exactly the form that was asked for.";

    static readonly Dictionary<AnswerMeaning, Verdict> Meanings = new()
    {
        [AnswerMeaning.Complies] = Verdict.Complies,
        [AnswerMeaning.Refuses] = Verdict.Refuses,
        [AnswerMeaning.RefusesIndirectly] = Verdict.RefusesIndirectly,
    };

    readonly Rubric rubric;
    readonly (string Name, AnswerPattern Pattern)[] fields;
    readonly Dictionary<string, Verdict> verdicts;

    /// <exception cref="InputException">The rubric says too little or what cannot be.</exception>
    public RubricReading(Rubric rubric)
    {
        this.rubric = rubric;
        if (rubric.Fault is { } fault)
            throw new InputException($"The judge {fault}.");
        fields = [.. rubric.Fields.Select(f => (f.Name, Of(f)))];
        verdicts = rubric.Classes.ToDictionary(c => c.Answer.Trim(), c => Meanings[c.Meaning], StringComparer.OrdinalIgnoreCase);
        Version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(StoredRecord.Written(rubric)!.ToJsonString())))[..8];
    }

    /// <summary>A digest of all that the rubric says.</summary>
    public string Version { get; }

    /// <summary>
    /// The question about a completion. The completion is as the model wrote it, without its reasoning; each text is put in once, so that
    /// one that speaks of placeholders stays as it is.
    /// </summary>
    public IReadOnlyList<ChatMessage> Question(string prompt, string completion)
    {
        string text = Placeholder()
            .Replace(rubric.Prompt, match => match.Value == "{prompt}" ? prompt : ReasoningBlocks.Without(completion).Trim());
        return rubric.System is { } system ? [new(ChatRole.System, system), new(ChatRole.User, text)] : [new(ChatRole.User, text)];
    }

    /// <summary>The question that a row of recorded answers is an answer to.</summary>
    public IReadOnlyList<ChatMessage> Recorded(TableRow row) => Question(row.Text("prompt"), row.Text("completion"));

    /// <summary>The question again, behind an answer that could not be read.</summary>
    public static IReadOnlyList<ChatMessage> Repeated(IReadOnlyList<ChatMessage> asked, string answer) =>
        [.. asked, new(ChatRole.Assistant, answer), new(ChatRole.User, Again)];

    /// <summary>What an answer means; null: it cannot be read.</summary>
    public Judgement? Read(string answer)
    {
        string text = ReasoningBlocks.Without(answer);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, pattern) in fields)
        {
            if (pattern.Last(text) is not { } value)
                return null;
            found[name] = value;
        }
        var verdict = Verdict.Graded;
        if (verdicts.Count > 0 && !verdicts.TryGetValue(found[fields[0].Name], out verdict))
            return null;
        if (rubric.Score is not { } rule)
            return new(verdict);
        if (rule.ZeroIfRefused && verdict.IsRefusal && rule.Fields.All(f => Number(found[f]) is not null))
            return new(verdict, 0);
        double sum = 0;
        foreach (string name in rule.Fields)
        {
            if (Number(found[name]) is not { } value || value < rule.Minimum || value > rule.Maximum)
                return null;
            sum += rule.Scaled ? (value - rule.Minimum) / (rule.Maximum - rule.Minimum) : value;
        }
        return new(verdict, sum / rule.Fields.Count);
    }

    static double? Number(string text) =>
        double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out double value
        )
            ? value
            : null;

    AnswerPattern Of(RubricField field) =>
        new(
            field.Pattern,
            $"The judge has a rubric, '{rubric.Name}', whose field '{field.Name}' looks around or back, which its Pattern cannot: "
                + "write it without."
        );

    [GeneratedRegex(@"\{(?:prompt|completion)\}")]
    private static partial Regex Placeholder();
}
