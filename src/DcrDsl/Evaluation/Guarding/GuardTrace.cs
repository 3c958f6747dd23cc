using System.Text.Json.Serialization;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Guarding;

/// <summary>What a guard did about an answer, kept with it.</summary>
/// <param name="Fate">What.</param>
/// <param name="Guard">The kind of guard that did it, as in <c>rule-triggers</c>.</param>
public sealed record GuardTrace(GuardFate Fate, string Guard)
{
    /// <summary>What the model had said before, in order; none of it is judged.</summary>
    [JsonConverter(typeof(ValueListJson<Draft>))]
    public ValueList<Draft> Drafts { get; init; } = ValueList<Draft>.Empty;

    /// <summary>The phrase that was found; null: none was looked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Phrase { get; init; }

    /// <summary>The log-odds of harm by which the prompt was refused; null: it was refused otherwise, or not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LogOdds { get; init; }

    /// <summary>Whether the text that counts is a guard's canned refusal.</summary>
    [JsonIgnore]
    public bool IsRefusal => Fate != GuardFate.Revised;
}

/// <summary>What a guard can do about an answer.</summary>
public enum GuardFate
{
    /// <summary>The prompt was refused by a phrase, and the model was not asked.</summary>
    RefusedByPhrase,

    /// <summary>The prompt was refused by its state, when the model had read it and written nothing.</summary>
    RefusedByState,

    /// <summary>The model's answer was withdrawn for a phrase.</summary>
    Withdrawn,

    /// <summary>The model criticised its answer and answered again.</summary>
    Revised,
}

/// <summary>Something that the model wrote on the way to an answer.</summary>
/// <param name="Text">Its words.</param>
/// <param name="Tokens">The new tokens, up to and including the stop token if one was reached.</param>
/// <param name="PromptTokens">Tokens that the model was given to read.</param>
public sealed record Draft(string Text, [property: JsonConverter(typeof(ValueListJson<int>))] ValueList<int> Tokens, int PromptTokens);
