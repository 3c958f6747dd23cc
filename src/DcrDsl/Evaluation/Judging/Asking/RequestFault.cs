using System.ClientModel;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Judging.Asking;

/// <summary>Why a request got no answer.</summary>
/// <param name="What">What the address did, as the middle of a sentence.</param>
/// <param name="Remedy">What to do about it, as its end.</param>
/// <param name="MayPass">Whether asking again may help.</param>
sealed record RequestFault(string What, string Remedy, bool MayPass)
{
    const int LongestMessage = 200;

    /// <summary>The pause that the address asks for; null: none.</summary>
    public TimeSpan? Pause { get; init; }

    /// <summary>Whether the address does not take this one question, because of what is in it.</summary>
    public bool IsFiltered { get; init; }

    /// <summary>Of a request that took too long.</summary>
    public static RequestFault Late(OpenAICompatible spec) =>
        new(
            FormattableString.Invariant($"gave no answer within {spec.Timeout:0.###} s"),
            "look whether it is overloaded, give it more Timeout, or ask fewer questions AtATime",
            MayPass: true
        );

    /// <summary>Of what a request ended with.</summary>
    public static RequestFault Of(Exception exception, OpenAICompatible spec, DateTimeOffset now) =>
        exception is ClientResultException { Status: > 0 } result ? Of(result, spec, now)
        : Inner(exception) is SocketException or HttpRequestException or IOException
            ? new(
                $"cannot be reached ({Inner(exception).Message.Split('\n')[0].TrimEnd('.')})",
                "start it, or correct the Address",
                MayPass: true
            )
        : new(
            $"gave something that is no chat completion ({exception.GetType().Name})",
            "look whether the Address is that of OpenAI's interface, which mostly ends in /v1",
            MayPass: true
        );

    static RequestFault Of(ClientResultException result, OpenAICompatible spec, DateTimeOffset now)
    {
        var (message, code) = Told(result);
        string said = FormattableString.Invariant($"({result.Status}{(message.Length > 0 ? ": " + message : "")})");
        if (code == "insufficient_quota")
            return new($"says that its quota is used up {said}", "pay for more, or name another model", MayPass: false);
        if (result.Status is 408 or 429 or >= 500)
            return new(
                result.Status == 429 ? $"is busy {said}" : $"has a fault of its own {said}",
                result.Status == 429 ? "ask fewer questions AtATime, or later" : "look at its log, or try later",
                MayPass: true
            )
            {
                Pause = PauseAskedFor(result, now),
            };
        if (result.Status is 401 or 403)
            return new(
                $"does not accept the key {said}",
                spec.KeyVariable is { } variable
                    ? $"set the environment variable {variable} to one that it accepts"
                    : "name the environment variable that holds the key as KeyVariable",
                MayPass: false
            );
        if (result.Status == 404)
            return new($"is not there {said}", "correct the Model or the Address, which mostly ends in /v1", MayPass: false);
        return new(
            $"does not take the question {said}",
            "if it refuses an option, set it to null (Temperature, Seed); if the question is too long, shorten the rubric or the "
                + "completions",
            MayPass: false
        )
        {
            IsFiltered = result.Status == 400 && code is "content_filter" or "content_policy_violation",
        };
    }

    static TimeSpan? PauseAskedFor(ClientResultException result, DateTimeOffset now)
    {
        if (result.GetRawResponse()?.Headers.TryGetValue("Retry-After", out string? after) != true || after is null)
            return null;
        if (double.TryParse(after, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds < 1e7)
            return TimeSpan.FromSeconds(seconds);
        return DateTimeOffset.TryParse(after, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            ? (until > now ? until - now : TimeSpan.Zero)
            : null;
    }

    /// <summary>What the address says itself, as OpenAI's interface has it.</summary>
    static (string Message, string Code) Told(ClientResultException result)
    {
        try
        {
            using var body = JsonDocument.Parse(result.GetRawResponse()?.Content ?? BinaryData.FromString("null"));
            var error = body.RootElement.TryGetProperty("error", out var own) ? own : body.RootElement;
            return error.ValueKind == JsonValueKind.String
                ? (Short(error.GetString()!), "")
                : (Short(Text(error, "message")), Text(error, "code"));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return ("", "");
        }
    }

    static string Text(JsonElement error, string name) =>
        error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    static string Short(string text)
    {
        text = text.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        return text.Length <= LongestMessage ? text : text[..LongestMessage] + "…";
    }

    static Exception Inner(Exception exception)
    {
        while (exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }
}
