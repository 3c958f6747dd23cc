using System.Text.RegularExpressions;
using DcrDsl.Specs;

namespace DcrDsl.Models.Guards;

/// <summary>The turns in which a model is asked to criticise its answer and to answer again, with places for what was said.</summary>
/// <param name="Critique">Has <c>{answer}</c>, and may have <c>{prompt}</c>.</param>
/// <param name="Revision">Has <c>{critique}</c>, and may have <c>{prompt}</c> and <c>{answer}</c>.</param>
public sealed partial record RevisionTurns(string Critique, string Revision)
{
    /// <summary>The words of both that are not to be filled in.</summary>
    internal string Own => Place().Replace(Critique + "\n" + Revision, " ");

    /// <summary>The turn that asks for a critique.</summary>
    internal string AskCritique(string prompt, string answer) => Filled(Critique, prompt, answer, "");

    /// <summary>The turn that asks for the new answer.</summary>
    internal string AskRevision(string prompt, string answer, string critique) => Filled(Revision, prompt, answer, critique);

    /// <summary>All places at once: what is filled in can have the look of a place itself.</summary>
    static string Filled(string template, string prompt, string answer, string critique) =>
        Place()
            .Replace(
                template,
                match =>
                    match.Value switch
                    {
                        CritiqueAndRevise.PromptPlace => prompt,
                        CritiqueAndRevise.AnswerPlace => answer,
                        _ => critique,
                    }
            );

    [GeneratedRegex(@"\{(?:prompt|answer|critique)\}")]
    private static partial Regex Place();
}
