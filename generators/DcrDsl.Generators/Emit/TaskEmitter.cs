using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// Writes what an evaluation asks of one kind of task. A kind of task is a record of the vocabulary, an emitter in <see cref="All"/>, and
/// the function of the runtime that asks the model.
/// </summary>
abstract class TaskEmitter
{
    /// <summary>Every kind of task that programs are written for.</summary>
    public static readonly IReadOnlyList<TaskEmitter> All =
    [
        new PromptTaskEmitter(),
        new MultipleChoiceEmitter(),
        new PreferenceTaskEmitter(),
    ];

    /// <summary>The emitter of a task.</summary>
    public static TaskEmitter For(EvaluationTask task) =>
        All.SingleOrDefault(e => e.Kind.IsInstanceOfType(task))
        ?? throw new InvalidOperationException($"nothing is written for tasks of the kind {task.GetType().Name}");

    /// <summary>The record that it writes for.</summary>
    public abstract Type Kind { get; }

    /// <summary>Whether completions are asked for, beside which probes are read.</summary>
    public virtual bool Completes => false;

    /// <summary>What a task has many of: "prompts", "questions".</summary>
    protected abstract Code Items { get; }

    /// <summary>The function of the runtime that asks the model: name, what was loaded, and <see cref="Arguments"/> go in.</summary>
    protected abstract string Function { get; }

    /// <summary>The function that asks the model under attacks, too; null: a task of this kind is never attacked.</summary>
    protected virtual string? FunctionUnderAttacks => null;

    /// <summary>What is measured, in the words of a comment.</summary>
    protected abstract Code Describe(EvaluationGrid grid, EvaluationTask task);

    /// <summary>The record that is loaded, and what else its loading takes.</summary>
    protected abstract (object Record, Code Arguments) Loaded(EvaluationTask task);

    /// <summary>What the function takes after what was loaded.</summary>
    protected abstract Code Arguments(StageScope stage, EvaluationGrid grid, EvaluationTask task);

    /// <summary>Writes the task, its answers as a local.</summary>
    public void Write(CodeWriter code, StageScope stage, EvaluationTask task, Code local)
    {
        var grid = (EvaluationGrid)stage.Stage.Spec;
        Code trained = task.InDistribution ? $"; in distribution: these {Items} were trained on" : default(Code),
            inDistribution = task.InDistribution ? $", inDistribution: true" : default(Code);
        code.Line($"// Task \"{Code.Comment(task.Name)}\", {Describe(grid, task)}{AttackLines.Describe(grid, task)}{trained}.");
        bool attacked = AttackLines.IsAttacked(grid, task);
        code.Line($"var {local} = {stage.Type(attacked ? FunctionUnderAttacks! : Function)}(");
        using (code.Indent())
        {
            code.Line($"{Code.Text(task.Name)},");
            var (record, with) = Loaded(task);
            Load(code, stage, record, $"{(with.IsEmpty ? with : (Code)$", {with}")}),");
            if (attacked)
                code.Line($"{AttackLines.On(grid, task)}, seed,");
            code.Line($"{Arguments(stage, grid, task)}{inDistribution}, cancellation: run.Cancellation);");
        }
    }

    /// <summary>What is loaded: on one line, or an option a line. The tokens are the same, so no text changes them by its length.</summary>
    static void Load(CodeWriter code, StageScope stage, object record, Code end)
    {
        Code line = $"run.Load({stage.Literal(record)}{end}";
        if (code.Fits(line) || record is IOwn || Vocabulary.StaticMemberName(record) is not null)
        {
            code.Line(line);
            return;
        }
        code.Line($"run.Load(new {stage.Spec(record.GetType().Name)}");
        code.Line($"{{");
        var written = SpecRecord.Written(record).ToList();
        using (code.Indent())
            for (int i = 0; i < written.Count; i++)
                code.Line($"{Code.Name(written[i].Name)} = {stage.Literal(written[i].Value)}{(i + 1 < written.Count ? (Code)$"," : $"")}");
        code.Line($"}}{end}");
    }
}
