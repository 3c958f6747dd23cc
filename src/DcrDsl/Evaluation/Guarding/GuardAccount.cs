using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Guarding;

/// <summary>What guards did about the prompts of an evaluation, and what that cost beyond one answer by the model to each.</summary>
/// <param name="Classes">By class of prompt, in the order in which the classes first occur.</param>
/// <param name="ExtraPasses">
/// Forward passes beyond those of one answer: one for each token of a critique and of a new answer. What a refusal saves is not taken off.
/// </param>
/// <param name="ExtraPromptTokens">Tokens that were read for these.</param>
/// <param name="ExtraTokens">Tokens that were written for these.</param>
public sealed record GuardAccount(IReadOnlyList<GuardedClass> Classes, long ExtraPasses, long ExtraPromptTokens, long ExtraTokens)
{
    /// <summary>Prompts of all classes.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Prompts => Classes.Sum(c => c.Prompts);

    /// <summary>The account of a grid's answers to prompts as they are, which no attack was put on.</summary>
    internal static GuardAccount Of(Answers answers)
    {
        PromptAnswer[] items = [.. answers.Tasks.OfType<PromptAnswers>().Where(t => t.Attack is null).SelectMany(t => t.Items)];
        // Of all that was written for a prompt the first is the answer that there would have been without a guard.
        Draft[] extra = [.. items.SelectMany(i => Written(i).Skip(1))];
        return new(
            [.. items.GroupBy(i => i.Class).Select(g => GuardedClass.Of(g.Key, [.. g.Select(i => i.Guarded?.Fate)]))],
            extra.Sum(d => (long)d.Tokens.Count),
            extra.Sum(d => (long)d.PromptTokens),
            extra.Sum(d => (long)d.Tokens.Count)
        );
    }

    static IEnumerable<Draft> Written(PromptAnswer answer)
    {
        var (text, tokens, _, read) = answer.Completion;
        IEnumerable<Draft> drafts = answer.Guarded?.Drafts ?? [];
        return answer.Guarded?.IsRefusal == true ? drafts : drafts.Append(new Draft(text, tokens, read));
    }
}

/// <summary>What guards did about the prompts of a class.</summary>
/// <param name="Class">The class.</param>
/// <param name="Prompts">Its prompts.</param>
/// <param name="RefusedByPhrase">Those refused before the model was asked.</param>
/// <param name="RefusedByState">Those refused when the model had read them.</param>
/// <param name="Withdrawn">Those whose answer was withdrawn.</param>
/// <param name="Revised">Those whose answer was revised.</param>
public sealed record GuardedClass(PromptClass Class, int Prompts, int RefusedByPhrase, int RefusedByState, int Withdrawn, int Revised)
{
    internal static GuardedClass Of(PromptClass promptClass, IReadOnlyList<GuardFate?> fates)
    {
        return new(
            promptClass,
            fates.Count,
            Count(GuardFate.RefusedByPhrase),
            Count(GuardFate.RefusedByState),
            Count(GuardFate.Withdrawn),
            Count(GuardFate.Revised)
        );

        int Count(GuardFate fate) => fates.Count(f => f == fate);
    }
}
