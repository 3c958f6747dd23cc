using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Judging.Asking;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Preferring;

/// <summary>
/// Has a language model prefer one of two answers, in both orders. Where both say the same it is a tie, and where one says nothing the
/// other is preferred, and nobody is asked.
/// </summary>
sealed class PairJudge
{
    readonly WinRate spec;
    readonly PairReading reading;
    readonly AskedModel asked;
    int questions,
        undecided;

    /// <exception cref="InputException">The declaration or its backend cannot be used.</exception>
    public PairJudge(WinRate spec, JudgingPlace place)
    {
        if (spec.Fault is { } fault)
            throw new InputException($"The evaluation {fault}.");
        this.spec = spec;
        reading = new PairReading(spec.Rubric);
        var client = JudgeBackends.Of(spec.Backend, reading.Recorded, place);
        asked = new AskedModel(client, $"{spec.Rubric.Name} {reading.Version}", spec.MaxNewTokens, place.Answers);
        Name = $"{spec.Rubric.Name}, by {client.Model} (rubric {reading.Version})";
    }

    /// <summary>What the report calls it.</summary>
    public string Name { get; }

    /// <summary>What was asked so far.</summary>
    public JudgeAccount Account => asked.Account(questions, undecided);

    /// <summary>How a completion comes out beside a reference's answer; null: an answer could not be read.</summary>
    /// <exception cref="InputException">Whoever prefers cannot be reached.</exception>
    public async Task<Preference?> Prefer(string prompt, string completion, string reference, CancellationToken cancellation)
    {
        string own = ReasoningBlocks.Without(completion).Trim(),
            other = ReasoningBlocks.Without(reference).Trim();
        int length = Characters(own),
            referenceLength = Characters(other);
        if (Unasked(own, other) is { } known)
            return new(known, known, length, referenceLength, Asked: false);
        Interlocked.Increment(ref questions);
        double? shownFirst = await Ask(prompt, own, other, cancellation).ConfigureAwait(false),
            shownSecond = 1 - await Ask(prompt, other, own, cancellation).ConfigureAwait(false);
        if (shownFirst is { } first && shownSecond is { } second)
            return new(first, second, length, referenceLength, Asked: true);
        Interlocked.Increment(ref undecided);
        return null;
    }

    static double? Unasked(string own, string other)
    {
        bool says = PlainText.Of(own).Length > 0,
            otherSays = PlainText.Of(other).Length > 0;
        return own == other || !says && !otherSays ? 0.5
            : !says ? 0
            : !otherSays ? 1
            : null;
    }

    async Task<double?> Ask(string prompt, string first, string second, CancellationToken cancellation)
    {
        var question = reading.Question(prompt, first, second);
        for (int again = asked.AnswersAgain ? spec.AskAgain : 0; again >= 0; again--)
        {
            string answer = await asked.Answer(question, cancellation).ConfigureAwait(false);
            if (reading.Read(answer) is { } preferred)
                return preferred;
            question = RubricReading.Repeated(question, answer);
        }
        return null;
    }

    static int Characters(string text) => text.EnumerateRunes().Count();
}
