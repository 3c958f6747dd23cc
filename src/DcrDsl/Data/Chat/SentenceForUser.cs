using DcrDsl.Jinja;
using DcrDsl.Tokenizers;

namespace DcrDsl.Data.Chat;

/// <summary>
/// Templates and tokenizers know nothing of experiments and throw exceptions of their own; whoever declares an experiment gets the same
/// sentence, with a remedy in the words of the declaration.
/// </summary>
static class SentenceForUser
{
    /// <summary>What <paramref name="work"/> gives.</summary>
    /// <exception cref="InputException">A template or tokenizer refused.</exception>
    public static T Of<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (TemplateException problem)
        {
            throw Of(problem);
        }
        catch (TokenizerException problem)
        {
            throw Of(problem);
        }
    }

    /// <summary>The mistake as the user's.</summary>
    public static InputException Of(TokenizerException problem) => new(problem.Message, problem);

    /// <summary>The mistake as the user's.</summary>
    public static InputException Of(TemplateException problem) =>
        problem.Kind == FaultKind.NoDate
            ? new(
                $"{problem.File}:{problem.Line}: {problem.Problem}; "
                    + "set Date of the HuggingFace model to the date that it is to be told (Date = \"2024-07-26\"; date: 2024-07-26 "
                    + "in YAML; Conversation.Now in a program); the clock is not read, so that results can be repeated.",
                problem
            )
            : new(problem.Message, problem);
}
