using Microsoft.Extensions.AI;

namespace DcrDsl.Evaluation.Judging.Asking;

/// <summary>A model that is asked no more questions at a time than it takes, and none that it has answered before.</summary>
sealed class AskedModel(JudgeClient client, string rubric, int maxNewTokens, JudgeAnswers? answers)
{
    readonly SemaphoreSlim places = new(client.AtATime);
    readonly Lazy<string> identity = new(client.Identity);
    int requests,
        kept;
    long inputTokens,
        outputTokens;

    /// <summary>Whether it may be asked again for an answer that cannot be read.</summary>
    public bool AnswersAgain => client.AnswersAgain;

    /// <summary>What was asked so far.</summary>
    public JudgeAccount Account(int questions, int undecided) =>
        new(
            questions,
            requests,
            kept,
            undecided,
            inputTokens,
            outputTokens,
            client.Prices is { } price ? (inputTokens * price.Input + outputTokens * price.Output) / 1e6 : null,
            client.Prices?.Currency
        );

    /// <summary>The answer to a question.</summary>
    /// <exception cref="InputException">The model cannot be reached, or does not take the question.</exception>
    public async Task<string> Answer(IReadOnlyList<ChatMessage> question, CancellationToken cancellation)
    {
        var key =
            answers is null || !client.IsKept ? null : new JudgeQuestion(rubric, identity.Value, maxNewTokens, client.Options, question);
        if (key is not null && answers!.Find(key) is { } known)
        {
            Interlocked.Increment(ref kept);
            return known;
        }
        await places.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var options = client.Options.Clone();
            options.MaxOutputTokens = maxNewTokens;
            var response = await client.Chat.GetResponseAsync(question, options, cancellation).ConfigureAwait(false);
            Interlocked.Increment(ref requests);
            Interlocked.Add(ref inputTokens, response.Usage?.InputTokenCount ?? 0);
            Interlocked.Add(ref outputTokens, response.Usage?.OutputTokenCount ?? 0);
            if (key is not null)
                answers!.Keep(key, response);
            return response.Text;
        }
        finally
        {
            places.Release();
        }
    }
}
