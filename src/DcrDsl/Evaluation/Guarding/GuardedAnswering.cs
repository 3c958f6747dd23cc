using DcrDsl.Data;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Models;
using DcrDsl.Models.Guards;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Guarding;

/// <summary>
/// Asks a model for answers through its guards: phrases on the prompt, the prompt's state, the model's answer, phrases on that, and a
/// second thought. Guards look at prompts and answers in the order in which they were attached, each at what the one before has left.
/// Without guards it is the model alone.
/// </summary>
sealed class GuardedAnswering
{
    readonly LanguageModel model;
    readonly int maxNewTokens;
    readonly Decoding? decoding;
    readonly string task;
    readonly CancellationToken cancellation;
    readonly Guard[] guards;
    readonly Dictionary<GuardPhrases, PhraseFinder> finders;

    /// <param name="model">The model, with what is attached to it.</param>
    /// <param name="maxNewTokens">Longest text that it writes at a time, in tokens.</param>
    /// <param name="decoding">How a token is chosen; null: greedily.</param>
    /// <param name="task">The task's name, for the random streams of a decoding that draws.</param>
    /// <param name="cancellation">Looked at before each token.</param>
    public GuardedAnswering(LanguageModel model, int maxNewTokens, Decoding? decoding, string task, CancellationToken cancellation)
    {
        (this.model, this.maxNewTokens, this.decoding, this.task) = (model, maxNewTokens, decoding, task);
        this.cancellation = cancellation;
        guards = [.. model.Attachments.OfType<Guard>().Where(g => g.IsAttached)];
        finders = guards
            .SelectMany(g => new[] { g.OnPrompt, g.OnAnswer })
            .OfType<GuardPhrases>()
            .Distinct()
            .ToDictionary(p => p, p => new PhraseFinder(p));
    }

    /// <summary>Answers prompts side by side.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="asked">Their tokens.</param>
    /// <param name="numbers">Their numbers in the task.</param>
    /// <param name="beside">
    /// What else is to be read of a prompt, by its place and the tokens that are given, in the pass that begins the answer that counts;
    /// null: nothing.
    /// </param>
    /// <param name="layers">Blocks after which the state of its last token is wanted.</param>
    /// <param name="settled">Whether what a prompt, by its place, has been answered so far is enough; null: nothing is.</param>
    public GuardedAnswer[] Of(
        IReadOnlyList<string> prompts,
        IReadOnlyList<int[]> asked,
        IReadOnlyList<int> numbers,
        Func<int, int[], IReadOnlyList<int[]>>? beside = null,
        IReadOnlyList<int>? layers = null,
        Func<int, string, bool>? settled = null
    )
    {
        // Guards that look at answers look at whole ones.
        if (guards.Any(g => g.OnAnswer is not null || g.Revision is not null))
            settled = null;
        var revises = guards.LastOrDefault(g => g.Revision is not null);
        GuardedAnswer[] answers = [.. prompts.Zip(asked, (prompt, tokens) => new GuardedAnswer(prompt, tokens))];
        foreach (var answer in answers)
            RefuseByPhrase(answer);
        Write(task, Open(), a => a.Asked, revises is null, refused: guards.Any(g => g.OnState is not null) ? RefuseByState : null);
        foreach (var guard in guards)
        {
            if (guard.OnAnswer is { } phrases)
                foreach (int place in Open())
                    Withdraw(answers[place], guard, finders[phrases]);
            if (guard.Revision is { } turns)
                Revise(guard, turns);
        }
        return answers;

        int[] Open() => [.. Enumerable.Range(0, answers.Length).Where(i => answers[i].Refusal is null)];

        void Write(
            string purpose,
            int[] places,
            Func<GuardedAnswer, int[]> context,
            bool counts,
            Func<GuardedAnswer[], Func<IReadOnlyDictionary<int, Tensor>, IEnumerable<int>>>? refused = null
        )
        {
            GuardedAnswer[] open = [.. places.Select(i => answers[i])];
            int[][] given = [.. open.Select(context)];
            var decoded = Generation.Complete(
                model.Decoder,
                given,
                maxNewTokens,
                model.Chat.StopTokens,
                decoding,
                purpose,
                [.. places.Select(i => numbers[i])],
                cancellation,
                refused?.Invoke(open),
                counts && beside is not null ? new Beside([.. places.Zip(given, beside)], layers ?? []) : null,
                settled is null ? null : IsEnough
            );
            foreach (var (answer, tokens, row) in open.Zip(given, decoded))
                if (answer.Refusal is null)
                    answer.Say(model.Chat, tokens, row);

            bool IsEnough(int row, IReadOnlyList<int> written) =>
                settled(places[row], GuardedAnswer.TextOf(model.Chat, given[row], [.. written]));
        }

        void Revise(Guard guard, RevisionTurns turns)
        {
            int[] open = Open();
            foreach (int place in open)
                answers[place].Turn(turns.AskCritique(answers[place].Prompt, answers[place].Text));
            Write($"{task}, critique", open, a => a.Conversation(model.Chat, maxNewTokens), counts: false);
            foreach (int place in open)
                answers[place].Turn(turns.AskRevision(answers[place].Prompt, answers[place].Drafts[^1].Text, answers[place].Text));
            Write($"{task}, revision", open, a => a.Conversation(model.Chat, maxNewTokens), counts: guard == revises);
            foreach (int place in open)
                answers[place].Trace = new GuardTrace(GuardFate.Revised, guard.Kind);
        }
    }

    void RefuseByPhrase(GuardedAnswer answer)
    {
        foreach (var guard in guards)
            if (guard.OnPrompt is { } phrases && finders[phrases].In(answer.Prompt) is { } found)
            {
                answer.Refuse(guard.Refusal, new GuardTrace(GuardFate.RefusedByPhrase, guard.Kind) { Phrase = found });
                return;
            }
    }

    Func<IReadOnlyDictionary<int, Tensor>, IEnumerable<int>> RefuseByState(GuardedAnswer[] open) =>
        states =>
        {
            foreach (var guard in guards)
            {
                if (guard.OnState is not { } classifier)
                    continue;
                double[] scores = classifier.Scores(states[classifier.Layer].select(1, -1));
                foreach (var (answer, score) in open.Zip(scores))
                    if (answer.Refusal is null && score >= classifier.Threshold)
                        answer.Refuse(guard.Refusal, new GuardTrace(GuardFate.RefusedByState, guard.Kind) { LogOdds = score });
            }
            return Enumerable.Range(0, open.Length).Where(i => open[i].Refusal is not null);
        };

    static void Withdraw(GuardedAnswer answer, Guard guard, PhraseFinder finder)
    {
        if (finder.In(answer.Text) is { } found)
            answer.Refuse(guard.Refusal, new GuardTrace(GuardFate.Withdrawn, guard.Kind) { Phrase = found });
    }
}
