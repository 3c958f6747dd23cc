using System.Text.Json.Serialization;
using DcrDsl.Evaluation.Guarding;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation;

/// <summary>
/// A line of an <see cref="AnswersFile"/>: a prompt or a question; <c>kind</c> says which. Each kind of task has one, which names itself
/// with <see cref="LineKindAttribute"/>.
/// </summary>
abstract record AnswerLine([property: JsonPropertyOrder(-1)] string Task, bool InDistribution)
{
    /// <summary>What does not hold together; null: nothing.</summary>
    public abstract string? Fault();

    /// <summary>What all lines of a task have in common.</summary>
    public abstract object Common();

    /// <summary>The task of these lines, which have that in common.</summary>
    public abstract TaskAnswers Together(IEnumerable<AnswerLine> lines);
}

/// <summary>What the field <c>kind</c> calls lines of a kind of task.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
sealed class LineKindAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>A prompt's line.</summary>
[LineKind("prompt")]
sealed record PromptLine(
    string Task,
    PromptClass Class,
    string Category,
    string Prompt,
    string Completion,
    StopReason Stop,
    int PromptTokens,
    IReadOnlyList<int> Tokens,
    string? Reference,
    bool? Correct,
    IReadOnlyDictionary<string, double> Probes,
    string? Comparison,
    bool InDistribution
) : AnswerLine(Task, InDistribution)
{
    /// <summary>See <see cref="PromptAnswer.Language"/>; null: none is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Language { get; init; }

    /// <summary>See <see cref="PromptAnswer.Source"/>; null: the task says it all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Source { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GuardTrace? Guarded { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Attack { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Asked { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Read { get; init; }

    public static PromptLine Of(PromptAnswers task, PromptAnswer item) =>
        new(
            task.Name,
            item.Class,
            item.Category,
            item.Prompt,
            item.Completion.Text,
            item.Completion.Stop,
            item.Completion.PromptTokens,
            item.Completion.Tokens,
            item.Reference,
            item.Correct,
            new OrderedDictionary<string, double>(item.Probes.Select(p => KeyValuePair.Create(p.Name, p.Value))),
            task.Comparison,
            task.InDistribution
        )
        {
            Language = item.Language.Length > 0 ? item.Language : null,
            Source = item.Source.Length > 0 ? item.Source : null,
            Guarded = item.Guarded,
            Attack = task.Attack,
            Asked = item.Asked,
            Read = item.Read,
        };

    public override string? Fault() =>
        !Probes.Values.All(double.IsFinite) ? "the value of a probe is not a finite number"
        : Probes.TryGetValue(Probing.OpenerProbe.Key, out double mass) && mass is not (>= 0 and <= 1)
            ? $"{Probing.OpenerProbe.Key} lies outside 0 to 1"
        : Probes.TryGetValue(Probing.LinearRefusalProbe.Key, out double refusal) && refusal is not (>= 0 and <= 1)
            ? $"{Probing.LinearRefusalProbe.Key} lies outside 0 to 1"
        : Probes.TryGetValue(Probing.ReferenceLossProbe.Key, out double loss) && loss < 0
            ? $"{Probing.ReferenceLossProbe.Key} is less than 0"
        : Reference is null && (Correct is not null || Probes.ContainsKey(Probing.ReferenceLossProbe.Key))
            ? $"there is no reference, and yet correct or {Probing.ReferenceLossProbe.Key}"
        : Attack is null && (Asked is not null || Read is not null) ? "there is no attack, and yet asked or read"
        : Attack is not null && (Asked is null || !Task.EndsWith($"/{Attack}", StringComparison.Ordinal))
            ? "the attack is not that of the task, or it is not said what was asked"
        : null;

    public override object Common() => (Class, Comparison, InDistribution, Attack);

    public override TaskAnswers Together(IEnumerable<AnswerLine> lines) =>
        new PromptAnswers(Task, Class, [.. lines.Cast<PromptLine>().Select(l => l.Answer())], InDistribution)
        {
            Comparison = Comparison,
            Attack = Attack,
        };

    public PromptAnswer Answer() =>
        new(Prompt, Class, Category, Reference, new Completion(Completion, ValueList.Of(Tokens), Stop, PromptTokens))
        {
            Correct = Correct,
            Probes = ValueList.Of(Probes.Select(p => new ProbeValue(p.Key, p.Value))),
            Language = Language ?? "",
            Source = Source ?? "",
            Guarded = Guarded,
            Asked = Asked,
            Read = Read,
        };
}
