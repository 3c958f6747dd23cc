using System.ClientModel;
using System.ClientModel.Primitives;
using DcrDsl.Specs;
using Microsoft.Extensions.AI;
using OpenAI;

namespace DcrDsl.Evaluation.Judging.Asking;

/// <summary>Asks an address that speaks OpenAI's chat completions.</summary>
static class OpenAIBackend
{
    /// <exception cref="InputException">The variable with the key is not set.</exception>
    public static JudgeClient Of(OpenAICompatible spec, JudgingPlace place)
    {
        // Else read when a question is asked: answers that are known need no key.
        if (place is { IsRehearsal: true, Answers: not { AreThere: true } })
            _ = Key(spec, place);
        var chat = new RetryingChatClient(() => Open(spec, Key(spec, place)), spec, place);
        return new JudgeClient(chat, spec, spec.Model, () => spec.Model)
        {
            Options = new ChatOptions { Temperature = (float?)spec.Temperature, Seed = spec.Seed },
            AtATime = spec.AtATime,
            Prices =
                spec.InputPrice is null && spec.OutputPrice is null ? null : (spec.InputPrice ?? 0, spec.OutputPrice ?? 0, spec.Currency),
        };
    }

    static string? Key(OpenAICompatible spec, JudgingPlace place)
    {
        if (spec.KeyVariable is not { } name)
            return null;
        string? key = place.Variable(name);
        return string.IsNullOrWhiteSpace(key)
            ? throw new InputException(
                $"The judge's model '{spec.Model}' at {spec.Address} needs a key: set the environment variable {name}, which the "
                    + "declaration names, to it."
            )
            : key.Trim();
    }

    // Pauses and time limits are ours, by our clock.
    static (IChatClient Client, string? Key) Open(OpenAICompatible spec, string? key) => (new OpenAIClient(
                new ApiKeyCredential(key ?? "none"),
                new OpenAIClientOptions
                {
                    Endpoint = new Uri(spec.Address),
                    RetryPolicy = new ClientRetryPolicy(0),
                    NetworkTimeout = Timeout.InfiniteTimeSpan,
                }
            ).GetChatClient(spec.Model).AsIChatClient(), key);
}
