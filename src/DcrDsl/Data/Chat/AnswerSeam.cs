using DcrDsl.Jinja;
using DcrDsl.Jinja.Chat;
using DcrDsl.Jinja.Python;

namespace DcrDsl.Data.Chat;

/// <summary>
/// The seam between a prompt and its answer. The model is given the template's text up to the end of the generation prompt, so that is
/// what answers and openers stand behind, in training as in evaluation. What the template writes between it and the answer of a completed
/// conversation is no part of the answer: an empty thought, say. Only white space directly behind the generation prompt is the answer's
/// own: "ASSISTANT:" is followed by " Hello".
/// </summary>
/// <param name="template">The template.</param>
/// <param name="now">The date that strftime_now tells; null: none.</param>
/// <remarks>Whoever calls it gives the user the sentence of a <see cref="TemplateException"/>.</remarks>
sealed class AnswerSeam(ChatTemplate template, DateTime? now)
{
    /// <summary>What the model is given.</summary>
    /// <param name="turns">What the user and the assistant say in turn; the last is the user's.</param>
    public string Asked(params IReadOnlyList<string> turns) =>
        template
            .Render(
                Conversation.Of([.. turns.Index().Select(t => (t.Index % 2 == 0 ? "user" : "assistant", t.Item))]) with
                {
                    AddGenerationPrompt = true,
                    Now = now,
                }
            )
            .Text;

    /// <summary>
    /// Asks a simple question, so that a template that cannot, or that wants a date, is found before anything is trained.
    /// </summary>
    /// <exception cref="TemplateException">The template fails on it, or asks for today's date and none is given.</exception>
    public void Check()
    {
        Asked("Hi");
        try
        {
            template.Render(Answered("Hi", "A"));
        }
        catch (TemplateException problem) when (problem.Kind != FaultKind.NoDate)
        {
            // It may ask without answering: whoever has answers to learn is told then.
        }
    }

    /// <summary>The white space that an answer to the prompt begins with; follows what was <paramref name="asked"/>.</summary>
    /// <exception cref="InputException">The template does not tell where an answer begins.</exception>
    public string SpaceBeforeAnswer(string prompt, string asked) => LeadingSpace(Between(prompt, asked));

    /// <summary>
    /// The answer as the template writes it, up to and including the end of the turn; follows what was <paramref name="asked"/>.
    /// </summary>
    /// <exception cref="InputException">The template does not tell where the answer begins or ends.</exception>
    public string Answer(string prompt, string asked, string response, string endOfTurn)
    {
        Rendering whole = template.RenderForTraining(Answered(prompt, response), endOfTurn);
        if (!whole.Text.StartsWith(asked, StringComparison.Ordinal))
            throw Unclear();
        if (whole.AssistantSpans is not [.., var last])
            throw Lost(response);
        int end = whole.Text.LastIndexOf(endOfTurn, last.End - 1, last.End - last.Start, StringComparison.Ordinal) + endOfTurn.Length;
        if (end <= asked.Length)
            throw Lost(response);
        string turn = whole.Text[asked.Length..end],
            written = PythonWhitespace.Strip(turn, right: false),
            own = PythonWhitespace.Strip(response);
        bool isAsGiven = written.StartsWith(own, StringComparison.Ordinal) && PythonWhitespace.Strip(written[own.Length..]) == endOfTurn;
        string answer = isAsGiven ? turn : WithoutLead(Between(prompt, asked), turn, own);
        int start = end - PythonWhitespace.Strip(answer, right: false).Length;
        if (!Covers(whole.AssistantSpans, start, end))
        {
            throw new InputException(
                $"{template.File}:1: the generation block does not hold the whole answer '{Shortened(response)}'; "
                    + "put all that the assistant writes into it, its end token included."
            );
        }
        return answer;
    }

    string WithoutLead(string lead, string turn, string response)
    {
        if (turn.StartsWith(lead, StringComparison.Ordinal))
            return LeadingSpace(lead) + turn[lead.Length..];
        // An answer that brings its own thought: the template writes that in the place of the empty one.
        string written = PythonWhitespace.Strip(turn, right: false);
        return written != "" && response.StartsWith(written[0]) ? turn : throw Lost(response);
    }

    /// <summary>
    /// What the template writes between the generation prompt and an answer, found with two answers that have nothing in common.
    /// </summary>
    string Between(string prompt, string asked)
    {
        string one = template.Render(Answered(prompt, "A")).Text,
            other = template.Render(Answered(prompt, "Z")).Text;
        if (!one.StartsWith(asked, StringComparison.Ordinal) || !other.StartsWith(asked, StringComparison.Ordinal))
            throw Unclear();
        if (one == other)
            throw new InputException($"{template.File}:1: the template leaves the assistant's answers out; use another template.");
        return one[asked.Length..one.AsSpan().CommonPrefixLength(other)];
    }

    Conversation Answered(string prompt, string response) => Conversation.Of(("user", prompt), ("assistant", response)) with { Now = now };

    static string LeadingSpace(string lead) => lead[..^PythonWhitespace.Strip(lead, right: false).Length];

    static bool Covers(IReadOnlyList<TextSpan> spans, int start, int end)
    {
        foreach (TextSpan span in spans)
            if (span.Start <= start && span.End > start)
                start = span.End;
        return start >= end;
    }

    InputException Unclear() =>
        new(
            $"{template.File}:1: what the template writes for a prompt does not begin what it writes for the prompt with its answer, "
                + "so where the answer begins is unknown; let the generation prompt be the beginning of the assistant's message."
        );

    InputException Lost(string response) =>
        new(
            $"{template.File}:1: the template does not write the answer '{Shortened(response)}' as it is, so where it begins is unknown; "
                + "give another answer or template."
        );

    static string Shortened(string text) => text.Length <= 60 ? text : text[..57] + "…";
}
