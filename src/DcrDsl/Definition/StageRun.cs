using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Evaluation.Discerning;
using DcrDsl.Evaluation.Guarding;
using DcrDsl.Evaluation.Judging.Asking;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Models;
using DcrDsl.Models.Attachments;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Training;
using TorchSharp;

namespace DcrDsl.Definition;

/// <summary>What a generated stage method knows about the run it is part of: seed, device, swept values, data, log.</summary>
public sealed partial class StageRun
{
    readonly IReadOnlyDictionary<string, AxisValue> values;
    readonly Action<StageProgress> report;
    readonly CancellationToken cancellation;
    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly List<TrainingLogEntry> log = [];
    readonly List<LeftOutFromSource> leftOut = [];
    readonly List<OwnPrompts> own = [];
    readonly DivergenceWatch divergence = new();
    readonly StepReadings<TrainedStep> readings = new();
    readonly Throughput throughput = new();
    readonly OrderedDictionary<string, TaskProgress> tasks = new(StringComparer.Ordinal);
    readonly HashSet<string> places = new(StringComparer.Ordinal);
    readonly double operationsAtStart = OperationCount.OfThread;
    StageWatching? watching;
    (ParameterList Weights, IOptimiser Optimiser)? trained;
    double operationsBefore;
    long tokensSeen,
        tokensBefore;
    int steps,
        resumedAt;

    /// <summary>A run of one stage.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="values">The value of every axis that the stage takes.</param>
    /// <param name="device">Where tensors live.</param>
    /// <param name="report">Called after every step; must be quick.</param>
    /// <param name="cancellation">Ends the run at its next checkpoint.</param>
    public StageRun(
        string stage,
        ulong seed,
        IReadOnlyDictionary<string, AxisValue> values,
        torch.Device device,
        Action<StageProgress> report,
        CancellationToken cancellation
    )
    {
        (Stage, Seed, Device) = (stage, seed, device);
        (this.values, this.report, this.cancellation) = (values, report, cancellation);
    }

    /// <summary>The stage's name.</summary>
    public string Stage { get; }

    /// <summary>The seed of the cell.</summary>
    public ulong Seed { get; }

    /// <summary>Where tensors live.</summary>
    public torch.Device Device { get; }

    /// <summary>Where the names in the experiment's paths lie.</summary>
    public RunPaths Paths { get; init; } = RunPaths.None;

    /// <summary>The number formats of the matrices that a stage keeps as they are while it trains an adapter beside them.</summary>
    public FrozenFormat FrozenBase { get; init; } = FrozenFormat.Single;

    /// <summary>The number format in which <see cref="Train"/> lets weights be multiplied; null: float32.</summary>
    internal torch.ScalarType? Products { get; init; }

    /// <summary>Where the state of training is kept between processes; null: nowhere.</summary>
    internal IStageCheckpoints? Checkpoints { get; init; }

    /// <summary>What judges were answered before; null: nothing is kept.</summary>
    internal JudgeAnswers? JudgeAnswers { get; init; }

    /// <summary>Where its judges work.</summary>
    internal JudgingPlace Judging =>
        new()
        {
            Answers = JudgeAnswers,
            Path = Path,
            Device = Device,
            Told = Answered,
            IsRehearsal = Device.type == DeviceType.META,
        };

    /// <summary>Is told of every step; null: nobody is.</summary>
    internal IStageEvents? Events { get; init; }

    /// <summary>The models that earlier stages have left, by property.</summary>
    internal Func<string, LanguageModel>? ModelsAfter { get; set; }

    /// <summary>By what the directions, or the classifier, that the stage attaches were chosen; null: it attaches none.</summary>
    internal AttachmentFindings? Findings { get; set; }

    /// <summary>The held-out prompts of a refinement; null: it has none.</summary>
    internal HeldOutPrompts? HeldOut { get; set; }

    /// <summary>Whether a refinement discerned; null: it does not say.</summary>
    internal DiscernmentRecord? Discernment { get; set; }

    /// <summary>Where its time went; null: nobody asked.</summary>
    internal StageProfile? Profile { get; set; }

    /// <summary>Forward passes that an answer to a prompt costs beyond those that write it.</summary>
    internal int ExtraPasses { get; set; }

    /// <summary>What guards did about the prompts that were asked; null: none stands around the model.</summary>
    internal GuardAccount? Guarding { get; set; }

    /// <summary>How many prompts and questions the stage asks; null: not known before.</summary>
    internal int? Prompts { get; init; }

    /// <summary>How far the tasks of an evaluation are that were begun, in their order.</summary>
    internal IReadOnlyCollection<TaskProgress> Tasks => tasks.Values;

    /// <summary>How long processes before this one have worked on the steps that were taken over from them.</summary>
    internal TimeSpan Before { get; private set; }

    /// <summary>Ends the run at its next checkpoint.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>The training log so far.</summary>
    public IReadOnlyList<TrainingLogEntry> Entries => log;

    /// <summary>Prompts that were left out because the vocabulary lacks words of theirs, or as their answers are no pair.</summary>
    public IReadOnlyList<LeftOutFromSource> LeftOut => leftOut;

    /// <summary>Real tokens trained on or decoded so far; padding does not count.</summary>
    public long Tokens => tokensSeen;

    /// <summary>The value of an axis in this cell.</summary>
    public T Value<T>(string axis) => (T)(values[axis].Argument ?? values[axis].Value)!;

    /// <summary>A declared path with its names replaced: <c>{model}</c> becomes what was given with <c>--path model=…</c>.</summary>
    /// <exception cref="InputException">A name has no place.</exception>
    public string Path(string declared)
    {
        string place = Paths.Resolve(declared);
        places.Add(place);
        return place;
    }

    /// <summary>The sources of the user's own that were read so far, with the functions behind them.</summary>
    internal IReadOnlyCollection<OwnPrompts> Own => own;

    /// <summary>The files and directories that were asked for so far.</summary>
    internal IReadOnlyCollection<string> Places => places;

    /// <summary>The prompts of a source that the model, as it is now, may have to answer itself.</summary>
    public IReadOnlyList<Example> Load(PromptSource source, LanguageModel model)
    {
        if (source is not SelfAnswered own)
            return Load(source, model.Chat);
        var answered = SelfAnswers.Of(Load(own.Prompts, model.Chat), model, own.MaxNewTokens, own.Batch, cancellation);
        return own.Take is { } most ? [.. answered.Take(most)] : answered;
    }

    /// <summary>The prompts of a source.</summary>
    public IReadOnlyList<Example> Load(PromptSource source, IChatTokenizer chat)
    {
        if (source is PromptFile file)
            source = file with { Path = Path(file.Path) };
        Note(source);
        var loaded = PromptSources.Load(source, Seed, chat);
        leftOut.AddRange(loaded.LeftOut.Select(p => new LeftOutFromSource(p.Origin, p.Words) { Fault = p.Fault }));
        return loaded.Examples;
    }

    [NoEffectOnResult]
    void Note(PromptSource source)
    {
        if (source is OwnPrompts prompts)
            own.Add(prompts);
    }

    /// <summary>The questions of a multiple-choice task.</summary>
    public IReadOnlyList<ChoiceQuestion> Load(MultipleChoiceTask task) =>
        ChoiceQuestions.Load(
            task with
            {
                Path = Path(task.Path),
                ShotsPath = task.ShotsPath is { } shots ? Path(shots) : null,
                LabelsPath = task.LabelsPath is { } labels ? Path(labels) : null,
            }
        );

    /// <summary>The model as an earlier stage of the arm has left it; to be read only, until this stage ends.</summary>
    /// <param name="stage">The property of that stage, or of the base model.</param>
    /// <exception cref="InvalidOperationException">The stage does not name it with an option that is there for it.</exception>
    public LanguageModel ModelAfter(string stage) =>
        ModelsAfter?.Invoke(stage) ?? throw new InvalidOperationException($"{Stage} was not given the model of {stage}.");

    /// <summary>A task of an evaluation has come further.</summary>
    internal void Answered(TaskProgress progress)
    {
        tasks[progress.Task] = progress;
        Events?.Answered(progress, watch.Elapsed);
        int done = tasks.Values.Sum(t => t.Done),
            begun = tasks.Values.Sum(t => t.Total);
        report(new StageProgress(done, Math.Max(begun, Prompts ?? 0), null, 0) { Task = progress.Task });
    }

    /// <summary>
    /// Floating-point operations of the model so far, in all processes that worked on it, without those of watching: see
    /// <see cref="OperationCount"/>.
    /// </summary>
    internal double Operations => operationsBefore + OperationCount.OfThread - operationsAtStart - (watching?.Operations ?? 0);

    /// <summary>An earlier process has worked on the stage run for so long, with so many operations.</summary>
    internal void GoesOnAfter(TimeSpan before, double operations) => (Before, operationsBefore) = (before, operations);
}
