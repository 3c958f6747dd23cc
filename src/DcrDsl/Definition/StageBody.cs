using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Guarding;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Models;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.Guards;
using DcrDsl.Specs;

namespace DcrDsl.Definition;

/// <summary>What a stage does, by what goes in and what comes out. There are no others than these.</summary>
public abstract record StageBody
{
    private protected StageBody() { }

    /// <summary>What it needs of the stages before it; null: nothing.</summary>
    internal abstract StageResult? Takes { get; }

    /// <summary>What it leaves to the stages after it.</summary>
    internal abstract StageResult Gives { get; }

    /// <summary>Whether it may ask tensors for their values, which a device without values cannot answer.</summary>
    internal virtual bool NeedsValues => false;

    /// <summary>The generated method.</summary>
    internal abstract Delegate Method { get; }

    /// <summary>The kind of stage, for people.</summary>
    internal virtual string KindOf(StageSpec spec) => spec.Kind;

    /// <summary>Runs the stage.</summary>
    /// <param name="given">What it needs.</param>
    /// <param name="run">Seed, device, data and log.</param>
    internal abstract StageProduct Run(IStageInput given, StageRun run);

    /// <summary>Brings a model that the stage may change into the state in which its method finds it.</summary>
    internal virtual void Prepare(LanguageModel model) { }

    /// <summary>A model of the stage run's own, changed.</summary>
    /// <param name="given">Has the model.</param>
    /// <param name="change">Changes it.</param>
    /// <param name="leavesWeights">Whether the weights are as they were, but for what was added to them; is given what was added.</param>
    private protected ModelProduct Changed(
        IStageInput given,
        Action<LanguageModel> change,
        Func<IReadOnlyList<Attachment>, bool> leavesWeights
    )
    {
        var model = given.TakeModel();
        try
        {
            Prepare(model);
            Attachment[] before = [.. model.Attachments];
            change(model);
            Attachment[] added = [.. model.Attachments.Except(before)];
            return new ModelProduct(model) { Added = leavesWeights(added) ? added : null };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
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
    internal override Delegate Method => Create;

    internal override StageResult? Takes => null;

    internal override StageResult Gives => StageResult.Model;

    internal override StageProduct Run(IStageInput given, StageRun run) => new ModelProduct(Create(run));
}

/// <summary>Trains a model, in place.</summary>
/// <param name="Loop">The generated method; the model is the stage run's own.</param>
public sealed record Train(Action<LanguageModel, StageRun> Loop) : StageBody
{
    /// <summary>
    /// The generated method that says what is watched along the loop; null: nothing is. It decides nothing about the model.
    /// </summary>
    [field: NoEffectOnResult]
    public Func<LanguageModel, StageRun, IReadOnlyList<Watched>>? Watch { get; init; }

    internal override Delegate Method => Loop;

    internal override StageResult? Takes => StageResult.Model;

    internal override StageResult Gives => StageResult.Model;

    internal override bool NeedsValues => true;

    internal override void Prepare(LanguageModel model)
    {
        model.FreeWeights();
        model.ForgetMerged();
    }

    // Beside an adapter the weights are frozen.
    internal override StageProduct Run(IStageInput given, StageRun run) =>
        Changed(
            given,
            model =>
            {
                using var narrowed = run.Products is { } format ? new NarrowedProducts(model.Decoder, format) : null;
                if (Watch is { } watch)
                    run.BeginWatching(watch(model, run), model);
                Loop(model, run);
            },
            added => added.Any(a => a.FreezesWeights)
        );
}

/// <summary>Attaches something to a model and trains nothing.</summary>
/// <param name="Make">
/// The generated method: makes what is attached beside what the model has already. The model is the stage run's own.
/// </param>
public sealed record Attach(Func<LanguageModel, StageRun, Attachment> Make) : StageBody
{
    internal override Delegate Method => Make;

    internal override StageResult? Takes => StageResult.Model;

    internal override StageResult Gives => StageResult.Model;

    internal override bool NeedsValues => true;

    internal override void Prepare(LanguageModel model) => model.ForgetMerged();

    internal override StageProduct Run(IStageInput given, StageRun run) =>
        Changed(given, model => run.Findings = model.Attach(Make(model, run)).Findings, _ => true);
}

/// <summary>Answers the tasks of an evaluation with a model, which stays as it is, and reads probes off it.</summary>
/// <param name="Ask">The generated method.</param>
public sealed record Answer(Func<LanguageModel, StageRun, Answers> Ask) : StageBody
{
    internal override Delegate Method => Ask;

    internal override StageResult? Takes => StageResult.Model;

    internal override StageResult Gives => StageResult.Answers;

    internal override StageProduct Run(IStageInput given, StageRun run)
    {
        using var told = AnsweringProgress.To(run.Answered);
        var model = given.BorrowModel();
        using var products = new LaidOutProducts(model.Decoder);
        run.ExtraPasses = model.Attachments.Where(a => a.IsAttached).Sum(a => a.ExtraPassesAPrompt);
        var answers = ResumedAnswers.Of(run, () => Ask(model, run));
        if (model.Attachments.OfType<Guard>().Any(g => g.IsAttached))
            run.Guarding = GuardAccount.Of(answers);
        return new AnswersProduct(answers);
    }
}

/// <summary>Judges answers; no model is needed.</summary>
/// <param name="Decide">The generated method.</param>
public sealed record Judge(Func<Answers, StageRun, Scores> Decide) : StageBody
{
    internal override Delegate Method => Decide;

    internal override StageResult? Takes => StageResult.Answers;

    internal override StageResult Gives => StageResult.Scores;

    internal override string KindOf(StageSpec spec) => "verdicts";

    internal override StageProduct Run(IStageInput given, StageRun run)
    {
        using var place = run.Judging.Enter();
        return new ScoresProduct(Decide(given.Answers, run));
    }
}
