namespace DcrDsl.Evaluation.Judging;

/// <summary>The verdicts of judges that know nothing but what a refusal says.</summary>
static class RefusalVerdict
{
    /// <summary>The verdict on a completion, given whether its text refuses. One without an answer does not.</summary>
    public static ValueTask<Verdict> Of(string completion, Func<string, bool> refuses)
    {
        string text = PlainText.Of(completion);
        return ValueTask.FromResult(
            refuses(text) ? Verdict.Refuses
            : text.Length > 0 ? Verdict.Complies
            : OfNoText(completion)
        );
    }

    /// <summary>The verdict on a completion that holds no answer to look at; null: it holds one.</summary>
    public static Verdict? WithoutAnswer(string completion) => PlainText.Of(completion).Length > 0 ? null : OfNoText(completion);

    static Verdict OfNoText(string completion) => PlainText.HoldsAnswer(completion) ? Verdict.Empty : Verdict.Cut;
}
