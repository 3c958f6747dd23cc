using System.Reflection;

namespace DcrDsl.Specs;

/// <summary>
/// Who named the columns of a file of prompts. Every layout can stand in any container: CSV, JSON Lines, JSON, Parquet; docs/data.md has
/// them in a table.
/// </summary>
public enum PromptLayout
{
    /// <summary>
    /// The columns that <see cref="PromptFile.PromptColumn"/>, <see cref="PromptFile.ResponseColumn"/>,
    /// <see cref="PromptFile.RejectedColumn"/> and <see cref="PromptFile.CategoryColumn"/> name.
    /// </summary>
    [LayoutTraits]
    Columns,

    /// <summary>
    /// Alpaca and what is shaped like it: <c>instruction</c>, with a blank line and <c>input</c> behind it where that is not empty; the
    /// answer is <c>output</c>.
    /// </summary>
    [LayoutTraits(Answers = true)]
    Alpaca,

    /// <summary>
    /// The evaluation files of Safety-Tuned LLaMAs: lists <c>instructions</c> and <c>inputs</c>, put together as in <see cref="Alpaca"/>,
    /// which the training file is shaped like.
    /// </summary>
    [LayoutTraits]
    SafetyTunedLlamas,

    /// <summary>
    /// Conversations: OpenAI's <c>messages</c> or ShareGPT's <c>conversations</c>. The first user turn is the prompt, the assistant's turn
    /// behind it the answer; later turns are left out.
    /// </summary>
    [LayoutTraits(Answers = true)]
    Messages,

    /// <summary>
    /// Self-Instruct's seed tasks: <c>instruction</c> with the input of the first of <c>instances</c>, put together as in
    /// <see cref="Alpaca"/>; the answer is that instance's output.
    /// </summary>
    [LayoutTraits(Answers = true)]
    SelfInstruct,

    /// <summary>
    /// Pairs of answers: <c>prompt</c>, <c>chosen</c>, <c>rejected</c>, each a text or messages of one turn. The answer is the chosen one;
    /// the rejected one is kept beside it.
    /// </summary>
    [LayoutTraits(Answers = true, Pairs = true)]
    Preference,

    /// <summary>
    /// Anthropic's HH-RLHF: transcripts <c>chosen</c> and <c>rejected</c>. The prompt is the first human turn. Answers are loaded only if
    /// asked for: those of the harmless part can do what was asked.
    /// </summary>
    [LayoutTraits(AnswersOnRequest = true)]
    HhRlhf,

    /// <summary>
    /// XSTest, with or without its column <c>label</c>: the source's class chooses the safe prompts (seemingly toxic) or the unsafe ones
    /// (toxic). The category is <c>type</c>. Each unsafe prompt is the partner of a safe one, by their published numbers.
    /// </summary>
    [LayoutTraits(PromptClass.SeeminglyToxic, PromptClass.Toxic, RowsByClass = true, Partners = true)]
    XSTest,

    /// <summary>OR-Bench: <c>prompt</c>, <c>category</c>. Its files 80k and hard-1k are seemingly toxic, its file toxic is toxic.</summary>
    [LayoutTraits(PromptClass.SeeminglyToxic, PromptClass.Toxic)]
    OrBench,

    /// <summary>AdvBench: <c>goal</c>. The column <c>target</c>, which opens a harmful answer, is never loaded.</summary>
    [LayoutTraits(PromptClass.Toxic)]
    AdvBench,

    /// <summary>
    /// HarmBench: <c>Behavior</c>, after <c>ContextString</c> where there is one; the category is <c>SemanticCategory</c>.
    /// </summary>
    [LayoutTraits(PromptClass.Toxic)]
    HarmBench,

    /// <summary>
    /// JailbreakBench: <c>Goal</c>, <c>Category</c>. Its file of harmful behaviours is toxic, its file of benign ones seemingly toxic;
    /// <c>Target</c> is never loaded.
    /// </summary>
    [LayoutTraits(PromptClass.SeeminglyToxic, PromptClass.Toxic)]
    JailbreakBench,

    /// <summary>StrongREJECT: <c>forbidden_prompt</c>, <c>category</c>.</summary>
    [LayoutTraits(PromptClass.Toxic)]
    StrongReject,

    /// <summary>MaliciousInstruct: plain text, one prompt a line.</summary>
    [LayoutTraits(PromptClass.Toxic)]
    MaliciousInstruct,

    /// <summary>
    /// CoCoNot: <c>prompt</c>, <c>category</c>. Its original set is toxic, its contrast set seemingly toxic; answers (<c>response</c>) only
    /// if asked for. Its preference file has the layout <see cref="Preference"/>.
    /// </summary>
    [LayoutTraits(PromptClass.SeeminglyToxic, PromptClass.Toxic, AnswersOnRequest = true)]
    CoCoNot,

    /// <summary>OKTest: <c>prompt</c>.</summary>
    [LayoutTraits(PromptClass.SeeminglyToxic)]
    OKTest,

    /// <summary>
    /// PHTest: <c>Request (English)</c>; the category is <c>Harmfulness</c>, which parts harmless prompts from controversial ones.
    /// </summary>
    [LayoutTraits(PromptClass.SeeminglyToxic)]
    PHTest,

    /// <summary>SORRY-Bench: the first of <c>turns</c>, and <c>category</c>.</summary>
    [LayoutTraits(PromptClass.Toxic)]
    SorryBench,

    /// <summary>
    /// AlpacaEval: <c>instruction</c>; the category is <c>dataset</c>. Its column <c>output</c> is another model's and not loaded.
    /// </summary>
    [LayoutTraits(PromptClass.General)]
    AlpacaEval,

    /// <summary>
    /// HH-RLHF as pairs of answers: transcripts <c>chosen</c> and <c>rejected</c> that part at the assistant's last turn, which is the
    /// answer. The prompt is what stands before it: the human turn, or, where there are several turns, the transcript of them all.
    /// </summary>
    [LayoutTraits(Answers = true, Pairs = true)]
    HhRlhfPairs,

    /// <summary>
    /// Two answers and which is better: <c>prompt</c> with <c>answer_a</c>, <c>answer_b</c> and <c>label</c>, or with <c>response_0</c>,
    /// <c>response_1</c> and <c>better_response_id</c> as in PKU-SafeRLHF. The better one is named by its column, by a or b, or by 0 or 1.
    /// </summary>
    [LayoutTraits(Answers = true, Pairs = true)]
    TwoAnswers,

    /// <summary>SimpleSafetyTests: <c>prompt</c>; the category is <c>harm_area</c>.</summary>
    [LayoutTraits(PromptClass.Toxic)]
    SimpleSafetyTests,

    /// <summary>
    /// Anthropic's red-team attempts: <c>transcript</c>, whose first human turn is the prompt; the category is <c>rating</c>, how well the
    /// attacker thought to have done, from 0 to 4.
    /// </summary>
    [LayoutTraits(PromptClass.Toxic)]
    AnthropicRedTeam,

    /// <summary>
    /// The <c>instances.json</c> that a run of HELM writes: <c>input</c> with <c>text</c>. Of XSTest, whose references hold focus, type,
    /// note and label in this order, the source's class chooses the safe prompts (seemingly toxic) or the unsafe ones (toxic), and the
    /// category is the type.
    /// </summary>
    [LayoutTraits(PromptClass.SeeminglyToxic, PromptClass.Toxic, RowsByClass = true)]
    HelmInstances,
}

/// <summary>What is known of a layout before a file is read.</summary>
/// <param name="classes">The classes that its prompts can be; none named: any.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class LayoutTraitsAttribute(params PromptClass[] classes) : Attribute
{
    /// <summary>The classes that its prompts can be; empty: any.</summary>
    public PromptClass[] Classes { get; } = classes;

    /// <summary>Whether answers are loaded unless <see cref="PromptFile.Answers"/> leaves them out.</summary>
    public bool Answers { get; set; }

    /// <summary>Whether there are answers that are left out unless <see cref="PromptFile.Answers"/> asks for them.</summary>
    public bool AnswersOnRequest { get; set; }

    /// <summary>Whether a row has two answers, of which one is preferred.</summary>
    public bool Pairs { get; set; }

    /// <summary>Whether rows of the two classes are partners, which differ in little.</summary>
    public bool Partners { get; set; }

    /// <summary>Whether the file holds several classes, and the source's class chooses among its rows.</summary>
    public bool RowsByClass { get; set; }

    /// <summary>What is known of <paramref name="layout"/>.</summary>
    public static LayoutTraitsAttribute Of(PromptLayout layout) =>
        typeof(PromptLayout).GetField(layout.ToString())?.GetCustomAttribute<LayoutTraitsAttribute>() ?? new();
}
