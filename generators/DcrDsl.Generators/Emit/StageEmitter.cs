using DcrDsl.Generators.Values;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// Writes the method of one kind of stage. A kind of stage is a record of the vocabulary, an emitter in <see cref="All"/> and the functions
/// of the runtime that its method calls.
/// </summary>
abstract class StageEmitter
{
    /// <summary>Every kind of stage that programs are written for.</summary>
    public static readonly IReadOnlyList<StageEmitter> All =
    [
        new ModelEmitter(),
        new PretrainEmitter(),
        new ContrastiveRefinementEmitter(),
        new SupervisedFineTuningEmitter(),
        new EvaluationEmitter(),
    ];

    /// <summary>The emitter of a stage.</summary>
    public static StageEmitter For(object spec) =>
        All.FirstOrDefault(e => e.Kind.IsInstanceOfType(spec))
        ?? throw new InvalidOperationException($"no method is written for {spec.GetType().Name}");

    /// <summary>The record, or the family of records, that it writes methods for.</summary>
    public abstract Type Kind { get; }

    /// <summary>What goes in and comes out, and with it the signature.</summary>
    public abstract StageShape Shape { get; }

    /// <summary>The names that the method uses itself.</summary>
    public abstract IReadOnlyList<string> Locals { get; }

    /// <summary>What the stage does, in the words of its method's summary.</summary>
    public abstract Code Describe(object spec);

    /// <summary>The method's body.</summary>
    public abstract void Write(CodeWriter code, StageScope stage);
}

/// <summary>What goes into a generated method and comes out of it: the bodies that the runtime knows.</summary>
/// <param name="Body">The runtime's record of the body.</param>
/// <param name="Prefix">What the method's name begins with.</param>
/// <param name="Returns">The type it returns; null: nothing.</param>
/// <param name="Parameter">The type and name of what goes in; null: nothing.</param>
sealed record StageShape(string Body, string Prefix, string? Returns, (string Type, string Name)? Parameter)
{
    public static readonly StageShape Make = new("Make", "Create", "LanguageModel", null);
    public static readonly StageShape Train = new("Train", "Run", null, ("LanguageModel", "model"));
    public static readonly StageShape Answer = new("Answer", "Run", "Scores", ("LanguageModel", "model"));

    /// <summary>The name of the method of a stage.</summary>
    public string Method(string stage) => Prefix + stage;
}
