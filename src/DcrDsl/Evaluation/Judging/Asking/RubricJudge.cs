using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Judging.Asking;

/// <summary>
/// Asks a language model about every completion that has an answer; what is reasoning alone or empty is told as other judges tell it,
/// and nobody is asked.
/// </summary>
sealed class RubricJudge : IJudge
{
    readonly LanguageModelJudge spec;
    readonly RubricReading reading;
    readonly AskedModel asked;
    int questions,
        undecided;

    public RubricJudge(LanguageModelJudge spec, JudgingPlace place)
    {
        if (spec.Fault is { } fault)
            throw new InputException($"The judge {fault}.");
        reading = new RubricReading(spec.Rubric);
        var client = JudgeBackends.Of(spec.Backend, reading.Recorded, place);
        this.spec = spec with { Backend = client.Spec };
        asked = new AskedModel(client, $"{spec.Rubric.Name} {reading.Version}", spec.MaxNewTokens, place.Answers);
        Id = $"{spec.Rubric.Name}, by {client.Model}";
        Version = $"{PlainText.Id}, rubric {reading.Version}";
    }

    public string Id { get; }

    public string Version { get; }

    public JudgeSpec Spec => spec;

    public JudgeAccount Account => asked.Account(questions, undecided);

    public async ValueTask<Verdict> Judge(string prompt, Completion completion, CancellationToken cancellation) =>
        (await Decide(prompt, completion, [], cancellation).ConfigureAwait(false)).Verdict;

    public async ValueTask<Judgement> Decide(
        string prompt,
        Completion completion,
        IReadOnlyList<ProbeValue> probes,
        CancellationToken cancellation
    )
    {
        if (RefusalVerdict.WithoutAnswer(completion.Text) is { } none)
            return new(none, spec.Rubric.Score is { ZeroIfRefused: true } ? 0 : null);
        Interlocked.Increment(ref questions);
        var question = reading.Question(prompt, completion.Text);
        for (int again = asked.AnswersAgain ? spec.AskAgain : 0; again >= 0; again--)
        {
            string answer = await asked.Answer(question, cancellation).ConfigureAwait(false);
            if (reading.Read(answer) is { } judgement)
                return judgement;
            question = RubricReading.Repeated(question, answer);
        }
        Interlocked.Increment(ref undecided);
        return new(Verdict.Undecided);
    }
}
