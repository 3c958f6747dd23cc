using DcrDsl.Data;
using DcrDsl.Evaluation.Judging.Asking;

namespace DcrDsl.Evaluation.Judging;

/// <summary>Answers with the verdicts of judges.</summary>
public static class Judged
{
    // As many completions are with a judge at a time; those that decide at once never wait.
    const int SideBySide = 32;

    /// <summary>The scores: every completion judged by every judge, in order.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="judges">The judges; the metrics are by the first.</param>
    /// <param name="cancellation">Looked at before each completion.</param>
    /// <exception cref="InputException">
    /// There are prompts and no judge, a judge looks for words that the model cannot write, or cannot judge.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static Scores By(Answers answers, IReadOnlyList<IJudge> judges, CancellationToken cancellation = default) =>
        ByAsync(answers, judges, cancellation).GetAwaiter().GetResult();

    /// <inheritdoc cref="By"/>
    public static async Task<Scores> ByAsync(Answers answers, IReadOnlyList<IJudge> judges, CancellationToken cancellation = default)
    {
        if (judges.Count == 0 && answers.Tasks.Any(t => t.HasText))
            throw new InputException("There are completions and no judge: name one that decides what they are.");
        if (answers.Words is { } words)
            foreach (var judge in judges)
                RequireWords(judge, words);
        var outcomes = new List<TaskOutcome>();
        foreach (var task in answers.Tasks)
        {
            var byJudge = new List<IReadOnlyList<Judgement>>();
            foreach (var judge in judges)
                byJudge.Add(await Judgements(judge, task, cancellation).ConfigureAwait(false));
            outcomes.Add(task.Outcome([.. task.Texts.Select((_, i) => byJudge.ConvertAll(own => own[i]))]));
        }
        return new Scores(outcomes, [.. judges.Select(JudgeIdentity.Of)]);
    }

    static async Task<IReadOnlyList<Judgement>> Judgements(IJudge judge, TaskAnswers task, CancellationToken cancellation)
    {
        var texts = task.Texts;
        var told = judge.Account is null ? null : JudgingPlace.Current.Told;
        var judgements = new List<Judgement>(texts.Count);
        foreach (var together in texts.Chunk(SideBySide))
        {
            cancellation.ThrowIfCancellationRequested();
            told?.Invoke(new TaskProgress(task.Name, judgements.Count, texts.Count));
            // All come to their end, also where one cannot be judged: what was answered to the others is then known the next time.
            Task<Judgement>[] asked = [.. together.Select(Decide)];
            judgements.AddRange(await Task.WhenAll(asked).ConfigureAwait(false));
        }
        return judgements;

        async Task<Judgement> Decide(JudgedText text)
        {
            SettledVerdicts.Require(judge, text.Prompt, text.Completion);
            return await judge.Decide(text.Prompt, text.Completion, text.Probes, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>That a model's vocabulary has every word of a judge.</summary>
    /// <exception cref="InputException">It lacks one.</exception>
    internal static void RequireWords(IJudge judge, IChatTokenizer chat)
    {
        if (UnknownWords.In(judge.Phrases, chat) is { } unknown)
            throw new InputException(
                $"The judge {JudgeIdentity.Of(judge).Name} looks for {unknown}, which the model's vocabulary lacks: give the evaluation a "
                    + "judge in the model's words (for ToyWorld's models: ToyWorld.Judge)."
            );
    }
}
