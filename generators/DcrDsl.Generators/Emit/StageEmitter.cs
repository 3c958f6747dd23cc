using DcrDsl.Generators.Model;

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
        new PreferenceTuningEmitter(),
        new SurgicalEmitter(),
        new ScansEmitter(),
        new RuleTriggersEmitter(),
        new ClassifierChainEmitter(),
        new CritiqueAndReviseEmitter(),
        new EvaluationGridEmitter(),
    ];

    /// <summary>The emitter of a stage.</summary>
    public static StageEmitter For(object spec) =>
        All.SingleOrDefault(e => e.Kind.IsInstanceOfType(spec))
        ?? throw new InvalidOperationException($"no method is written for {spec.GetType().Name}");

    /// <summary>The record, or the family of records, that it writes methods for.</summary>
    public abstract Type Kind { get; }

    /// <summary>Its methods, in the order in which they run.</summary>
    public abstract IReadOnlyList<StageMethod> Methods { get; }

    /// <summary>The names that its methods use themselves.</summary>
    public abstract IReadOnlyList<string> Locals { get; }
}

/// <summary>A method of a kind of stage: a stage of its own to the runtime.</summary>
/// <param name="Shape">What goes in and comes out, and with it the signature.</param>
/// <param name="Describe">What it does, in the words of its summary.</param>
/// <param name="Write">Writes its body.</param>
sealed record StageMethod(StageShape Shape, Func<object, Code> Describe, Action<CodeWriter, StageScope> Write)
{
    /// <summary>Whether it takes the value of a swept option; a method that the option says nothing to does not.</summary>
    public Func<AxisModel, StageModel, bool> Takes { get; init; } = (_, _) => true;
}

/// <summary>What goes into a generated method and comes out of it: the bodies that the runtime knows.</summary>
/// <param name="Body">The runtime's record of the body.</param>
/// <param name="Prefix">What the method's name begins with.</param>
/// <param name="Suffix">What the name of the stage ends with, after that of its property.</param>
/// <param name="Returns">The type it returns; null: nothing.</param>
/// <param name="Parameter">The type and name of what goes in; null: nothing.</param>
/// <param name="Statement">What an arm makes of the call.</param>
sealed record StageShape(
    string Body,
    string Prefix,
    string Suffix,
    string? Returns,
    (string Type, string Name)? Parameter,
    Func<Code, Code> Statement
)
{
    static readonly (string, string) Model = ("LanguageModel", "model"),
        Answers = ("Answers", "answers");

    public static readonly StageShape Make = new("Make", "Create", "", "LanguageModel", null, call => $"using var model = {call};");
    public static readonly StageShape Train = new("Train", "Run", "", null, Model, call => $"{call};");
    public static readonly StageShape Attach = new("Attach", "Attach", "", "Attachment", Model, call => $"model.Attach({call});");
    public static readonly StageShape Answer = new("Answer", "Answer", "", "Answers", Model, call => $"var answers = {call};");
    public static readonly StageShape Judge = new("Judge", "Judge", "Verdicts", "Scores", Answers, call => $"var scores = {call};");

    /// <summary>Whether the model is there when the stage has ended, as it has left it.</summary>
    public bool LeavesModel => this == Make || this == Train || this == Attach;

    /// <summary>The name of the method of a stage.</summary>
    public string Method(string stage) => Prefix + stage;
}
