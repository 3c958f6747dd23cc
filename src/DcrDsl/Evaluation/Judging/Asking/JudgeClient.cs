using DcrDsl.Data.Files;
using DcrDsl.Specs;
using Microsoft.Extensions.AI;

namespace DcrDsl.Evaluation.Judging.Asking;

/// <summary>Who answers a judge's questions: all that is known of a backend. <see cref="JudgeBackends"/> has a row for each kind.</summary>
/// <param name="Chat">Answers.</param>
/// <param name="Spec">What declares it, with its paths as they lie here.</param>
/// <param name="Model">The model's name in reports.</param>
/// <param name="Identity">What tells its answers from those of others, where they are kept.</param>
sealed record JudgeClient(IChatClient Chat, JudgeBackend Spec, string Model, Func<string> Identity)
{
    /// <summary>What is asked for with every question.</summary>
    public ChatOptions Options { get; init; } = new();

    /// <summary>Questions at a time.</summary>
    public int AtATime { get; init; } = 1;

    /// <summary>Whether its answers are worth keeping.</summary>
    public bool IsKept { get; init; } = true;

    /// <summary>Whether it may be asked again for an answer that cannot be read.</summary>
    public bool AnswersAgain { get; init; } = true;

    /// <summary>What a million tokens of questions and of answers cost; null: not known.</summary>
    public (double Input, double Output, string Currency)? Prices { get; init; }
}

/// <summary>The backends, a row for each kind.</summary>
static class JudgeBackends
{
    static readonly Dictionary<Type, Func<JudgeBackend, Recorded, JudgingPlace, JudgeClient>> Kinds = new()
    {
        [typeof(OpenAICompatible)] = (spec, _, place) => OpenAIBackend.Of((OpenAICompatible)spec, place),
        [typeof(LocalModel)] = (spec, _, place) => LocalChatClient.Of((LocalModel)spec, place),
        [typeof(RecordedAnswers)] = (spec, recorded, place) => RecordedChatClient.Of((RecordedAnswers)spec, recorded, place),
    };

    /// <summary>The question that a row of recorded answers is an answer to.</summary>
    public delegate IReadOnlyList<ChatMessage> Recorded(TableRow row);

    /// <summary>The backend of a record; one that answers any rubric is shared by all judges at a place.</summary>
    /// <exception cref="InputException">It cannot be used as it is declared.</exception>
    public static JudgeClient Of(JudgeBackend spec, Recorded recorded, JudgingPlace place)
    {
        if (!Kinds.TryGetValue(spec.GetType(), out var make))
            throw new InputException($"There is no backend {spec.GetType().Name} for judges.");
        if (place.Clients.TryGetValue(spec, out var known))
            return known;
        var client = make(spec, recorded, place);
        if (client.IsKept)
            place.Clients[spec] = client;
        return client;
    }
}
