using DcrDsl.Data.Files;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Models;
using DcrDsl.Models.Guards;
using DcrDsl.Models.Interventions;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Guarding;

/// <summary>The guards that stages put around a model.</summary>
public static class Guards
{
    /// <summary>Refuses prompts by phrases.</summary>
    /// <param name="name">The stage, for messages.</param>
    /// <param name="phrases">Those that are declared.</param>
    /// <param name="match">How they are looked for.</param>
    /// <param name="refusal">What is said in the model's place.</param>
    /// <param name="file">A text file with more phrases, one a line; null: none.</param>
    /// <exception cref="InputException">There is no phrase, or the file is missing or empty.</exception>
    public static TriggerGuard OnPrompts(string name, IReadOnlyList<string> phrases, PhraseMatch match, string refusal, string? file = null)
    {
        string[] lines = file is null ? [] : [.. TextTable.Lines(TextFile.Read(file)).Select(l => l.Text.Trim())];
        if (file is not null && lines.Length == 0)
            throw new InputException($"{file} has no trigger for {name}: write words or phrases into it, one a line.");
        string[] all = [.. phrases.Concat(lines).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (all.FirstOrDefault(p => !PhraseFinder.CanFind(p)) is { } empty)
            throw new InputException($"{name}: the trigger '{empty}' has nothing that a prompt could hold; take it out.");
        return new TriggerGuard(new GuardPhrases(all, match), refusal);
    }

    /// <summary>Withdraws answers by phrases.</summary>
    /// <param name="phrases">The phrases.</param>
    /// <param name="match">How they are looked for.</param>
    /// <param name="refusal">What is said in the model's place.</param>
    public static ClassifierGuard OnAnswers(IReadOnlyList<string> phrases, PhraseMatch match, string refusal) =>
        new(null, null, new GuardPhrases(phrases, match), refusal);

    /// <summary>Refuses prompts by their state, and withdraws answers by phrases where there are any.</summary>
    /// <param name="fit">The classifier.</param>
    /// <param name="layer">ℓ: the block, counted from 1, whose output it reads.</param>
    /// <param name="threshold">The log-odds of harm from which on a prompt is refused.</param>
    /// <param name="toxic">States of toxic prompts.</param>
    /// <param name="harmless">States of harmless prompts.</param>
    /// <param name="refusal">What is said in the model's place.</param>
    /// <param name="answerPhrases">Phrases for which an answer is withdrawn; null: none.</param>
    /// <param name="match">How they are looked for.</param>
    public static ClassifierGuard OnStates(
        LogisticRegression fit,
        int layer,
        double threshold,
        PromptStates toxic,
        PromptStates harmless,
        string refusal,
        IReadOnlyList<string>? answerPhrases = null,
        PhraseMatch match = PhraseMatch.WholeWords
    )
    {
        double[] ofToxic = fit.Scores(toxic.Validation),
            ofHarmless = fit.Scores(harmless.Validation);
        var table = new ClassifierTable(
            layer,
            fit.Ridge,
            toxic.Training.Length,
            harmless.Training.Length,
            fit.Steps,
            fit.Loss,
            threshold,
            ofToxic,
            ofHarmless,
            Placements.Of([.. ofToxic.Select(_ => true), .. ofHarmless.Select(_ => false)], [.. ofToxic, .. ofHarmless]).Area
        );
        return new(fit.At(layer, threshold), table, answerPhrases is null ? null : new GuardPhrases(answerPhrases, match), refusal);
    }

    /// <summary>Lets the model criticise its answer and answer again.</summary>
    /// <param name="name">The stage, for messages.</param>
    /// <param name="model">The model.</param>
    /// <param name="critique">The turn that asks for the critique.</param>
    /// <param name="revision">The turn that asks for the new answer.</param>
    /// <exception cref="InputException">The model's vocabulary lacks a word of these.</exception>
    public static RevisionGuard Revision(string name, LanguageModel model, string critique, string revision)
    {
        var turns = new RevisionTurns(critique, revision);
        if (UnknownWords.In([turns.Own], model.Chat) is { } unknown)
            throw new InputException(
                $"{name}: the templates say {unknown}, which the model's vocabulary lacks; "
                    + $"write Critique and Revision in the model's words."
            );
        return new RevisionGuard(turns);
    }
}
