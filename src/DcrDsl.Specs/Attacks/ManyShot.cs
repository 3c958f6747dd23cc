namespace DcrDsl.Specs;

/// <summary>
/// Prompts and answers of a file stand before the prompt as a dialogue that has gone on for long (many-shot jailbreaking: Anil et al.,
/// 2024). Which of them stand there, and in which order, the seed decides for each prompt; the prompt itself is not among them. DcrDsl
/// brings no such file.
/// </summary>
[RuntimeCall("Attacks.ManyShot")]
public sealed record ManyShot : Attack
{
    /// <summary>Stands in <see cref="Shot"/> for the answer.</summary>
    public const string ResponsePlace = "{response}";

    /// <inheritdoc/>
    public override bool DependsOnSeed => true;

    /// <summary>The file of prompts and answers: any table that prompts are read from.</summary>
    [RunPath]
    public string Path { get; init; } = "";

    /// <summary>How many stand before the prompt.</summary>
    [Range(1, 100_000)]
    public int Shots { get; init; } = 32;

    /// <summary>The column of the prompts.</summary>
    [OmittedAtDefault]
    public string PromptColumn { get; init; } = "prompt";

    /// <summary>The column of the answers.</summary>
    [OmittedAtDefault]
    public string ResponseColumn { get; init; } = "response";

    /// <summary>How a prompt with its answer is written: <c>{prompt}</c> and <c>{response}</c> stand for them.</summary>
    [OmittedAtDefault]
    public string Shot { get; init; } = "User: {prompt}\nAssistant: {response}\n\n";

    /// <summary>How the prompt itself is written behind them.</summary>
    [OmittedAtDefault]
    public string Last { get; init; } = "User: {prompt}\nAssistant:";
}
