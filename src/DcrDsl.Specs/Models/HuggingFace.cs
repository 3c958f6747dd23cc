namespace DcrDsl.Specs;

/// <summary>
/// A checkpoint in Hugging Face's layout: config.json, safetensors, tokenizer.json and a chat template. The weights are the same for every
/// seed; seeds change the order of the data, the adapters' first values and the like.
/// </summary>
[RuntimeCall("HuggingFaceModel.Open")]
public sealed record HuggingFace : ModelSpec
{
    /// <summary>
    /// The model's directory; a name in braces, as in <c>{model}</c>, is given on the command line with <c>--path model=DIR</c>.
    /// </summary>
    [RunPath]
    public string Path { get; init; } = "{model}";

    /// <summary>Which of several named chat templates; null: the default one.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>
    /// The text that ends an assistant's turn, where it is not the tokenizer's eos_token and the template does not mark it (Gemma:
    /// <c>&lt;end_of_turn&gt;</c>).
    /// </summary>
    public string? EndOfTurn { get; init; }

    /// <summary>
    /// The date, as in <c>2024-07-26</c>, that the chat template is told where it asks for today's (<c>strftime_now</c>); null: none, so
    /// that a template that can do without writes the date that it brings. The clock is never read, so that a run can be repeated on any
    /// day.
    /// </summary>
    public string? Date { get; init; }

    /// <inheritdoc/>
    public override int? Depth => null;

    /// <inheritdoc/>
    public override string Directory => Path;

    /// <inheritdoc/>
    public override bool DependsOnSeed => false;
}
