using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// Writes one kind of retain term into the loop of a refinement. A kind of term is a record of the vocabulary, an emitter in <see
/// cref="All"/> and its function.
/// </summary>
/// <param name="Kind">The record that it writes for.</param>
/// <param name="Local">The local that holds the term, which is also its name in the log.</param>
/// <param name="Before">What is made before the first step and before the weights are named; null: nothing.</param>
/// <param name="Beside">What is made of the weights before the first step; null: nothing.</param>
/// <param name="Onward">The lines of the loop that lead to the term, in two columns; null: there are none.</param>
/// <param name="Term">The term.</param>
/// <param name="Locals">The names that it uses beside that.</param>
sealed record RetainEmitter(
    Type Kind,
    string Local,
    Func<StageScope, Code>? Before,
    Func<StageScope, Code>? Beside,
    Func<StageScope, IEnumerable<(Code, Code)>>? Onward,
    Func<StageScope, Code> Term,
    params string[] Locals
)
{
    const string Layer = nameof(ContrastiveRefinement.Layer);

    /// <summary>Every kind of retain term.</summary>
    public static readonly IReadOnlyList<RetainEmitter> All =
    [
        new(
            typeof(HiddenStateDistance),
            "states",
            stage =>
                $"using var statesBefore = {stage.Type("UntouchedModel")}.StatesAfter(model, texts, "
                + $"layer: {stage.Value(Layer)}, {Places<HiddenStateDistance>(stage)});",
            null,
            null,
            stage => $"{stage.Type("RetainLoss")}.HiddenStateDistance({At<HiddenStateDistance>(stage, $"kept")}, statesBefore.Of(drawn))",
            "statesBefore"
        ),
        new(
            typeof(OutputDivergence),
            "outputs",
            stage => $"using var outputsBefore = {stage.Type("UntouchedModel")}.Outputs(model, texts, {Places<OutputDivergence>(stage)});",
            null,
            stage =>
                [
                    (
                        $"var onward = model.Decoder.ForwardAfter(kept, drawn.Tokens, layer: {stage.Value(Layer)});",
                        $" // [N, H]: through the blocks above ℓ"
                    ),
                    ($"var logits = model.Decoder.Head({At<OutputDivergence>(stage, $"onward")});", $" // [M, V]"),
                ],
            stage => $"{stage.Type("RetainLoss")}.OutputDivergence(logits, outputsBefore.Of(drawn))",
            "outputsBefore",
            "onward",
            "logits"
        ),
        new(
            typeof(WeightDistance),
            "distance",
            null,
            stage => $"using var start = {stage.Type("StartingWeights")}.Of(weights);  // w⁰",
            null,
            stage => $"{stage.Type("RetainLoss")}.WeightDistance(weights, start)",
            "start"
        ),
    ];

    /// <summary>The emitter of a term.</summary>
    public static RetainEmitter For(RetainTerm term) =>
        All.SingleOrDefault(e => e.Kind == term.GetType())
        ?? throw new InvalidOperationException($"nothing is written for retain terms of the kind {term.GetType().Name}");

    /// <summary>Its lines in the loop, the formula above the one that computes it, in two columns.</summary>
    public IEnumerable<(Code, Code)> Lines(StageScope stage, RetainTerm term) =>
        [
            .. Onward?.Invoke(stage) ?? [],
            ($"// {Code.Comment(Vocabulary.Formula(term)!)}", default),
            ($"var {Code.Name(Local)} = {Term(stage)};", default),
        ];

    /// <summary>What is added to the loss.</summary>
    public Code Added(StageScope stage) => $".Plus(weight: {stage.Value(PathOf(Kind, nameof(RetainTerm.Weight)))}, {Code.Name(Local)})";

    static string PathOf(Type kind, string option) => $"{nameof(ContrastiveRefinement.Retain)}.{kind.Name}.{option}";

    static Code Places<T>(StageScope stage) => stage.Value(PathOf(typeof(T), nameof(HiddenStateDistance.Places)));

    /// <summary>The rows of hidden states at a term's places.</summary>
    static Code At<T>(StageScope stage, Code hidden)
    {
        string path = PathOf(typeof(T), nameof(HiddenStateDistance.Places));
        Code rows = stage.IsSwept(path) ? $"drawn.At({stage.Value(path)})" : (Code)$"drawn.{Code.Name(stage.Get(path)!.ToString()!)}";
        return $"{stage.Type("HiddenStates")}.Rows({hidden}, {rows})";
    }
}
