namespace DcrDsl.Specs;

/// <summary>Who answers a judge's questions.</summary>
public abstract record JudgeBackend
{
    /// <summary>What it lacks, as the end of a sentence about it; null: nothing.</summary>
    public abstract string? Fault { get; }
}

/// <summary>
/// A model behind an address that speaks OpenAI's chat completions: OpenAI's own, vLLM, llama.cpp, Ollama, a gateway. Where it lies decides
/// nothing: answers are kept by the model's name.
/// </summary>
public sealed record OpenAICompatible : JudgeBackend
{
    /// <summary>The address up to and including the version: <c>http://localhost:8000/v1</c>.</summary>
    [NoEffectOnResult]
    public string Address { get; init; } = "";

    /// <summary>The model's name there; best one with a date, which does not change behind your back.</summary>
    public string Model { get; init; } = "";

    /// <summary>
    /// The environment variable that holds the key, which is written nowhere; null: none is needed.
    /// </summary>
    [NoEffectOnResult]
    public string? KeyVariable { get; init; }

    /// <summary>What tokens are drawn with; 0: the likeliest. Null: it is not sent, for models that refuse it.</summary>
    [Range(0, 2)]
    public double? Temperature { get; init; } = 0;

    /// <summary>The seed that is sent; null: none, for addresses that refuse it.</summary>
    public int? Seed { get; init; } = 0;

    /// <summary>Requests at a time.</summary>
    [Range(1, 32), NoEffectOnResult]
    public int AtATime { get; init; } = 8;

    /// <summary>Seconds after which a request is given up, and made again.</summary>
    [Range(0, 86_400, ExclusiveMinimum = true), NoEffectOnResult]
    public double Timeout { get; init; } = 120;

    /// <summary>
    /// How often a request is made again, after a pause that doubles or is as long as the address asks for: where it is not reached in
    /// time, is busy (429), or has a fault of its own (5xx).
    /// </summary>
    [Range(0, 20), NoEffectOnResult]
    public int Retries { get; init; } = 6;

    /// <summary>What a million tokens of questions cost; null: not known.</summary>
    [Range(0), NoEffectOnResult]
    public double? InputPrice { get; init; }

    /// <summary>What a million tokens of answers cost; null: not known.</summary>
    [Range(0), NoEffectOnResult]
    public double? OutputPrice { get; init; }

    /// <summary>The currency of the prices.</summary>
    [NoEffectOnResult]
    public string Currency { get; init; } = "USD";

    /// <inheritdoc/>
    public override string? Fault =>
        !(Uri.TryCreate(Address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            ? $"has no Address to ask ('{Address}'); give one such as http://localhost:8000/v1"
        : string.IsNullOrWhiteSpace(Model) ? "names no Model; give its name at the address"
        : uri.UserInfo.Length > 0 || uri.Query.Length > 0
            ? "has an Address with a password or a query in it, which would be written into files; name a KeyVariable instead"
        : KeyVariable is { } name && !IsName(name)
            ? "has a KeyVariable that is no name of an environment variable (the key itself never stands in a declaration)"
        : null;

    static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => c is '_' or (>= 'A' and <= 'Z') or (>= '0' and <= '9')) && !char.IsDigit(name[0]);
}

/// <summary>
/// A model's directory in Hugging Face's layout, asked here: with its chat template, greedily, one question after the other, so that an
/// answer depends on nothing but its question.
/// </summary>
public sealed record LocalModel : JudgeBackend
{
    /// <summary>The model's directory; a name in braces is given on the command line.</summary>
    [RunPath]
    public string Path { get; init; } = "{judge}";

    /// <summary>Which of several named chat templates; null: the default one.</summary>
    public string? ChatTemplate { get; init; }

    /// <inheritdoc/>
    public override string? Fault => string.IsNullOrWhiteSpace(Path) ? "has no Path; name the directory of the model that judges" : null;
}

/// <summary>
/// Answers that were given before: JSON Lines with <c>prompt</c>, <c>completion</c> and <c>answer</c>. Nobody is asked; a completion
/// without an answer is an error.
/// </summary>
public sealed record RecordedAnswers : JudgeBackend
{
    /// <summary>The file; a name in braces is given on the command line.</summary>
    [RunPath]
    public string Path { get; init; } = "";

    /// <summary>Who gave them: a model, or people.</summary>
    public string Model { get; init; } = "recorded";

    /// <inheritdoc/>
    public override string? Fault => string.IsNullOrWhiteSpace(Path) ? "has no Path; name the file with the recorded answers" : null;
}
