using DcrDsl.Specs;
using DcrDsl.Wording;
using Microsoft.Extensions.AI;

namespace DcrDsl.Evaluation.Judging.Asking;

/// <summary>
/// Asks again, after a pause, where an address is not reached in time, is busy or has a fault of its own; says in a sentence why it gives
/// up, and gives up for all questions at once.
/// </summary>
sealed class RetryingChatClient(Func<(IChatClient Client, string? Key)> open, OpenAICompatible spec, JudgingPlace place) : IChatClient
{
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    static readonly TimeSpan LongestPauseAskedFor = TimeSpan.FromMinutes(10);

    readonly Lazy<(IChatClient Client, string? Key)> opened = new(open);
    readonly CancellationTokenSource stop = new();
    InputException? givenUp;

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var (client, key) = opened.Value;
        var waited = TimeSpan.Zero;
        for (int attempt = 1; ; attempt++)
        {
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(spec.Timeout), place.Time);
            using var any = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token, stop.Token);
            RequestFault fault;
            try
            {
                return await client.GetResponseAsync(messages, options, any.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                if (givenUp is { } already)
                    throw new InputException(already.Message, already);
                fault = late.IsCancellationRequested ? RequestFault.Late(spec) : RequestFault.Of(exception, spec, place.Time.GetUtcNow());
                if (fault.IsFiltered)
                    return new ChatResponse(new ChatMessage(ChatRole.Assistant, "")) { FinishReason = ChatFinishReason.ContentFilter };
                if (!fault.MayPass || attempt > spec.Retries || fault.Pause > LongestPauseAskedFor)
                    throw GiveUp(fault, attempt, waited, key, exception);
            }
            var pause = fault.Pause ?? Pause(attempt);
            waited += pause;
            await Wait(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException("Judges read whole answers.");

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
        if (opened.IsValueCreated)
            opened.Value.Client.Dispose();
        stop.Dispose();
    }

    /// <summary>A second, then twice as long each time.</summary>
    internal static TimeSpan Pause(int attempt) =>
        TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, Math.Min(attempt - 1, 10))));

    async Task Wait(TimeSpan pause, CancellationToken cancellation)
    {
        using var any = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stop.Token);
        try
        {
            await Task.Delay(pause, place.Time, any.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new InputException(givenUp!.Message, givenUp);
        }
    }

    InputException GiveUp(RequestFault fault, int attempts, TimeSpan waited, string? key, Exception exception)
    {
        string tried = attempts == 1 ? "" : $" (tried {attempts} times over {English.Duration(waited)})";
        string kept = place.Answers is null ? "" : " What was answered is kept: running again goes on from there.";
        string sentence = $"The judge's model '{spec.Model}' at {spec.Address} {fault.What}{tried}: {fault.Remedy}.{kept}";
        var reason = new InputException(key is null ? sentence : sentence.Replace(key, "…", StringComparison.Ordinal));
        _ = exception; // its text may hold the key, so that it is not handed on
        if (Interlocked.CompareExchange(ref givenUp, reason, null) is null)
            stop.Cancel();
        return reason;
    }
}
