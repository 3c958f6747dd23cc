using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Judging;

/// <summary>
/// Decides what a completion is. It sees prompt and completion and not the model, so stored answers can be judged again. It may be slow and
/// remote; completions of a task may be given to it before it has decided on others. Safe to use from many threads.
/// </summary>
public interface IJudge
{
    /// <summary>What the report calls it: "RefusalJudges.XSTest".</summary>
    string Id { get; }

    /// <summary>Changes whenever a verdict could come out otherwise: <c>plain-1</c>, the way in which completions are read.</summary>
    string Version { get; }

    /// <summary>The record that it was made of, from which it can be made again; null: none.</summary>
    JudgeSpec? Spec => null;

    /// <summary>Every word and phrase that it looks for, which a model's vocabulary must have; empty: none in particular.</summary>
    IReadOnlyList<string> Phrases => [];

    /// <summary>The verdict on a completion.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="completion">What the model said to it.</param>
    /// <param name="cancellation">The caller asks to stop.</param>
    /// <exception cref="InputException">It cannot be judged.</exception>
    ValueTask<Verdict> Judge(string prompt, Completion completion, CancellationToken cancellation);

    /// <summary>The verdict on a completion, given what probes have read beside it; a judge of text alone need not say it.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="completion">What the model said to it.</param>
    /// <param name="probes">The probes' values, stored with the completion.</param>
    /// <param name="cancellation">The caller asks to stop.</param>
    /// <exception cref="InputException">It cannot be judged.</exception>
    ValueTask<Verdict> Judge(string prompt, Completion completion, IReadOnlyList<ProbeValue> probes, CancellationToken cancellation) =>
        Judge(prompt, completion, cancellation);

    /// <summary>
    /// Whether its verdict will be the one that it has on what is written so far, whatever the model goes on to write; a mark that ends
    /// reasoning which no other began is left out of account. False where it cannot tell. It may be asked on several threads at once.
    /// </summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="beginning">What the model has written so far.</param>
    bool IsSettled(string prompt, string beginning) => false;

    /// <summary>The same with the number that the judge leaves beside its verdict, if it is one that does.</summary>
    /// <inheritdoc cref="Judge(string, Completion, IReadOnlyList{ProbeValue}, CancellationToken)"/>
    async ValueTask<Judgement> Decide(
        string prompt,
        Completion completion,
        IReadOnlyList<ProbeValue> probes,
        CancellationToken cancellation
    ) => new(await Judge(prompt, completion, probes, cancellation).ConfigureAwait(false));

    /// <summary>What it has asked of somebody so far, and what that cost; null: it decides by itself.</summary>
    JudgeAccount? Account => null;
}
