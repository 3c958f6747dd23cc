using DcrDsl.Data.Files;
using DcrDsl.Specs;
using Microsoft.Extensions.AI;

namespace DcrDsl.Evaluation.Judging.Asking;

/// <summary>Answers that were given before, by the question that they answer.</summary>
sealed class RecordedChatClient(string path, IReadOnlyDictionary<string, string> answers) : IChatClient
{
    /// <exception cref="InputException">The file cannot be read, or gives two answers to one question.</exception>
    public static JudgeClient Of(RecordedAnswers spec, JudgeBackends.Recorded recorded, JudgingPlace place)
    {
        string path = place.Path(spec.Path);
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in TableFile.Read(path).Rows)
        {
            string question = Key(recorded(row)),
                answer = row.Text("answer");
            if (!answers.TryAdd(question, answer) && answers[question] != answer)
                throw new InputException($"{row.Place} gives another answer to a completion than a line before it: take one out.");
        }
        return new JudgeClient(new RecordedChatClient(path, answers), spec with { Path = path }, spec.Model, () => spec.Model)
        {
            AtATime = 32,
            IsKept = false,
            AnswersAgain = false,
        };
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        string question = Key([.. messages]);
        return answers.TryGetValue(question, out string? answer)
            ? Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, answer)))
            : throw new InputException(
                $"{path} has no answer to a completion that is to be judged: add a line with its prompt, completion (of pairs: first, "
                    + $"second) and answer. The question ends: "
                    + $"{(question.Length <= 300 ? question : "…" + question[^300..]).ReplaceLineEndings(" ")}"
            );
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException("Judges read whole answers.");

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() { }

    static string Key(IReadOnlyList<ChatMessage> messages) => string.Join('\n', messages.Select(m => m.Text));
}
