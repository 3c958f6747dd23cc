using System.Globalization;
using DcrDsl.Data;
using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;
using DcrDsl.Wording;

namespace DcrDsl.Evaluation.Choices;

/// <summary>Runs multiple-choice questions through a model.</summary>
public static class MultipleChoiceRun
{
    /// <summary>
    /// Scores the choices of every question by their log-likelihood after it. The outcomes are in the order of the questions.
    /// </summary>
    /// <param name="name">The task's name.</param>
    /// <param name="questions">The questions.</param>
    /// <param name="model">The model.</param>
    /// <param name="batch">Questions read side by side, at most.</param>
    /// <param name="inDistribution">Whether the questions were also trained on.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    /// <exception cref="InputException">
    /// There are no questions, the vocabulary lacks a word, or the model's logits are not finite.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static ChoiceAnswers Run(
        string name,
        IReadOnlyList<ChoiceQuestion> questions,
        LanguageModel model,
        int batch,
        bool inDistribution = false,
        CancellationToken cancellation = default
    )
    {
        if (questions.Count == 0)
            throw new InputException($"The task '{name}' has no questions.");
        AnsweringProgress.Tell(name, 0, questions.Count);
        if (model.Decoder.Device.type == TorchSharp.DeviceType.META)
        {
            // No values, no outcomes: the questions are checked.
            foreach (var question in questions)
                RequireWords(question, model.Chat);
            return new ChoiceAnswers(name, [], inDistribution);
        }
        var outcomes = new List<ChoiceOutcome>(questions.Count);
        // Neighbours with the same solved examples go together: these are then read once.
        foreach (var part in Parts(questions))
        {
            var texts = part.Select(q => Encode(q, model.Chat).ToList()).ToList();
            // As a rule each question is a context of its own.
            int before = outcomes.Count;
            var likelihoods = ContinuationLikelihood.Of(
                model.Decoder,
                [.. texts.SelectMany(t => t)],
                batch,
                cancellation,
                contexts => AnsweringProgress.Tell(name, before + Math.Min(contexts, part.Count), questions.Count)
            );
            int read = 0;
            foreach (var (question, encoded) in part.Zip(texts))
            {
                var own = likelihoods.Skip(read).Take(question.Choices.Count).ToList();
                read += own.Count;
                outcomes.Add(
                    new(
                        question.Question,
                        question.Category,
                        question.Choices,
                        question.IsTrue,
                        [.. own.Select(l => l.Log)],
                        [.. own.Select(l => l.IsGreedy)],
                        question.HasOneAnswer
                    )
                    {
                        Cut = IsCut(question, encoded, model.Chat),
                        ScoresWhatFollows = question.Following is not null,
                        Bias = question.Bias,
                    }
                );
            }
            AnsweringProgress.Tell(name, outcomes.Count, questions.Count);
        }
        return new ChoiceAnswers(name, outcomes, inDistribution);
    }

    /// <summary>
    /// The choices of a question as tokens, as lm-evaluation-harness cuts them: what follows the context's own tokens in the tokens of the
    /// whole text. Blanks at the end of a context belong to the choice. A text that is longer than the model takes is cut from the left;
    /// its last token is predicted and never read.
    /// </summary>
    /// <exception cref="InputException">The vocabulary lacks a word, or context or choice has no tokens, or a choice has more than the
    /// model takes.</exception>
    internal static IEnumerable<EncodedText> Encode(ChoiceQuestion question, IChatTokenizer chat)
    {
        (string Text, int[] Tokens)? last = null;
        for (int choice = 0; choice < question.Choices.Count; choice++)
        {
            // As a rule all choices have one context, which is encoded once.
            string before = question.ContextOf(choice),
                context = before.TrimEnd();
            if (last?.Text != context)
                last = (context, Refusing(question, () => chat.Encode(context)));
            int[] read = last.Value.Tokens;
            if (read.Length == 0)
                throw new InputException(
                    $"{question.Origin}: the question has no tokens: fill it in, or give the format a text before it."
                );
            string continuation = before[context.Length..] + question.Continuation(choice);
            int[] whole = Refusing(question, () => chat.Encode(context + continuation));
            if (whole.Length <= read.Length)
                throw new InputException($"{question.Origin}: choice {choice + 1} has no tokens of its own: fill it in.");
            int[] text = [.. read, .. whole[read.Length..]];
            int cut = chat.LongestText is { } longest ? Math.Max(0, text.Length - longest - 1) : 0;
            if (cut >= read.Length)
                throw new InputException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{question.Origin}: choice {choice + 1} alone has {English.Count(text.Length - read.Length, "token")} "
                            + $"and the model takes "
                            + $"{chat.LongestText:N0}: shorten it, or leave the row out."
                    )
                );
            yield return new(text[cut..], read.Length - cut);
        }
    }

    static bool IsCut(ChoiceQuestion question, List<EncodedText> encoded, IChatTokenizer chat) =>
        encoded.Any(t => t.Tokens.Length > chat.LongestText)
        && encoded.Index().Any(t => chat.Encode(question.ContextOf(t.Index).TrimEnd()).Length > t.Item.ResponseStart);

    /// <summary>Refuses a question that a closed vocabulary cannot write; cheaper than encoding it.</summary>
    /// <exception cref="InputException">The vocabulary lacks a word.</exception>
    internal static void RequireWords(ChoiceQuestion question, IChatTokenizer chat)
    {
        string[] unknown =
        [
            .. question
                .Choices.SelectMany((_, i) => new[] { question.ContextOf(i), question.Continuation(i) })
                .SelectMany(chat.UnknownWords)
                .Distinct(StringComparer.Ordinal),
        ];
        if (unknown.Length > 0)
            throw new InputException(
                $"{question.Origin}: the model's vocabulary lacks {string.Join(", ", unknown.Take(5).Select(w => $"'{w}'"))}: ask "
                    + $"questions in its words, or leave the row out."
            );
    }

    static int[] Refusing(ChoiceQuestion question, Func<int[]> encode)
    {
        try
        {
            return encode();
        }
        catch (InputException e)
        {
            throw new InputException($"{question.Origin}: {e.Message}", e);
        }
    }

    static IEnumerable<IReadOnlyList<ChoiceQuestion>> Parts(IReadOnlyList<ChoiceQuestion> questions)
    {
        for (int start = 0, end; start < questions.Count; start = end)
        {
            end = start + 1;
            while (end < questions.Count && Before(questions[end]).SequenceEqual(Before(questions[start])))
                end++;
            yield return [.. questions.Skip(start).Take(end - start)];
        }

        static ReadOnlySpan<char> Before(ChoiceQuestion question) =>
            question.Context.AsSpan(0, question.Context.Length - question.Question.Length);
    }
}
