using System.Runtime.CompilerServices;
using DcrDsl.Data;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Judging;

/// <summary>
/// Says of completions that are being written whether any judge's verdict can still change. General prompts and prompts with a reference
/// are answered whole, since what else is made of their completions is made of all of them; so is everything by a model that has tokens
/// for marks of reasoning, as such a mark can take back what stands before it.
/// </summary>
sealed class SettledVerdicts
{
    // A vocabulary is looked through once.
    static readonly ConditionalWeakTable<IChatTokenizer, object> reasoning = [];

    readonly IReadOnlyList<IJudge> judges;
    readonly IReadOnlyList<Example> examples;

    SettledVerdicts(IReadOnlyList<IJudge> judges, IReadOnlyList<Example> examples) => (this.judges, this.examples) = (judges, examples);

    /// <summary>Of the completions of a task's prompts; null: all are to be written whole.</summary>
    /// <param name="judges">All judges that are going to judge; null: nothing is asked of them.</param>
    /// <param name="examples">The prompts as judges see them.</param>
    /// <param name="chat">The model's tokenizer.</param>
    public static SettledVerdicts? Of(IReadOnlyList<IJudge>? judges, IReadOnlyList<Example> examples, IChatTokenizer chat) =>
        judges is null or [] || examples.All(IsWhole) || Reasons(chat) ? null : new(judges, examples);

    static bool Reasons(IChatTokenizer chat) => reasoning.GetValue(chat, c => ReasoningBlocks.AreKnownTo(c)) is true;

    static bool IsWhole(Example example) => example.Class == PromptClass.General || example.Response is not null;

    /// <summary>Whether the completion of a prompt can end here.</summary>
    /// <param name="prompt">The prompt's place in the task.</param>
    /// <param name="text">What is written so far.</param>
    public bool Are(int prompt, string text) => !IsWhole(examples[prompt]) && judges.All(j => j.IsSettled(examples[prompt].Prompt, text));

    /// <summary>Refuses to judge what was ended before this judge had decided.</summary>
    /// <exception cref="InputException">It was.</exception>
    public static void Require(IJudge judge, string prompt, Completion completion)
    {
        if (completion.Stop == StopReason.Judged && !judge.IsSettled(prompt, completion.Text))
            throw new InputException(
                $"The judge {JudgeIdentity.Of(judge).Name} has to see more of the completion of '{prompt}' than there is: it was ended "
                    + "when the judges of its run had decided (StopWhenJudged). Run the evaluation with this judge among its "
                    + "judges, or without StopWhenJudged."
            );
    }
}
