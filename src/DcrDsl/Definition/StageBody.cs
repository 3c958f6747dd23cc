using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Specs;

namespace DcrDsl.Definition;

/// <summary>What a stage does, by what goes in and what comes out. There are no others than these.</summary>
public abstract record StageBody
{
    private protected StageBody() { }

    /// <summary>What it needs of the stages before it; null: nothing.</summary>
    internal abstract Type? Takes { get; }

    /// <summary>What it leaves to the stages after it.</summary>
    internal abstract Type Gives { get; }

    /// <summary>The kind of stage, for people.</summary>
    internal virtual string KindOf(StageSpec spec) => spec.Kind;

    /// <summary>Runs the stage.</summary>
    /// <param name="given">What it needs.</param>
    /// <param name="run">Seed, device, data and log.</param>
    internal abstract StageProduct Run(IStageInput given, StageRun run);
}

/// <summary>What the stage before has left, for one stage that follows.</summary>
interface IStageInput
{
    /// <summary>A model to be changed: the stage's own from now on.</summary>
    LanguageModel TakeModel();

    /// <summary>A model to be read only, until the stage ends.</summary>
    LanguageModel BorrowModel();

    /// <summary>Answers of a model.</summary>
    Answers Answers { get; }
}

/// <summary>Makes or opens a model.</summary>
/// <param name="Create">The generated method.</param>
public sealed record Make(Func<StageRun, LanguageModel> Create) : StageBody
{
    internal override Type? Takes => null;

    internal override Type Gives => typeof(ModelProduct);

    internal override StageProduct Run(IStageInput given, StageRun run) => new ModelProduct(Create(run));
}

/// <summary>Trains a model, in place.</summary>
/// <param name="Loop">The generated method; the model is the stage run's own.</param>
public sealed record Train(Action<LanguageModel, StageRun> Loop) : StageBody
{
    internal override Type Takes => typeof(ModelProduct);

    internal override Type Gives => typeof(ModelProduct);

    internal override StageProduct Run(IStageInput given, StageRun run)
    {
        var model = given.TakeModel();
        try
        {
            model.ForgetAdapter();
            Loop(model, run);
            return new ModelProduct(model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}

/// <summary>Answers the tasks of an evaluation with a model, which stays as it is, and reads probes off it.</summary>
/// <param name="Ask">The generated method.</param>
public sealed record Answer(Func<LanguageModel, StageRun, Answers> Ask) : StageBody
{
    internal override Type Takes => typeof(ModelProduct);

    internal override Type Gives => typeof(AnswersProduct);

    internal override StageProduct Run(IStageInput given, StageRun run) => new AnswersProduct(Ask(given.BorrowModel(), run));
}

/// <summary>Judges answers; no model is needed.</summary>
/// <param name="Decide">The generated method.</param>
public sealed record Judge(Func<Answers, StageRun, Scores> Decide) : StageBody
{
    internal override Type Takes => typeof(AnswersProduct);

    internal override Type Gives => typeof(ScoresProduct);

    internal override string KindOf(StageSpec spec) => "verdicts";

    internal override StageProduct Run(IStageInput given, StageRun run) => new ScoresProduct(Decide(given.Answers, run));
}
