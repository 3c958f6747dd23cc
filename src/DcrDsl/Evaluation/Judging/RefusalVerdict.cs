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
            : PlainText.HoldsAnswer(completion) ? Verdict.Empty
            : Verdict.Cut
        );
    }
}
