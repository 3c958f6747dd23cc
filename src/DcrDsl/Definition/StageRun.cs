using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Evaluation.Discerning;
using DcrDsl.Evaluation.Guarding;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Models;
using DcrDsl.Models.Attachments;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Training;
using TorchSharp;

namespace DcrDsl.Definition;

/// <summary>What a generated stage method knows about the run it is part of: seed, device, swept values, data, log.</summary>
public sealed class StageRun
{
    readonly IReadOnlyDictionary<string, AxisValue> values;
    readonly Action<StageProgress> report;
    readonly CancellationToken cancellation;
    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly List<TrainingLogEntry> log = [];
    readonly List<LeftOutFromSource> leftOut = [];
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

    /// <summary>Where the state of training is kept between processes; null: nowhere.</summary>
    internal IStageCheckpoints? Checkpoints { get; init; }

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
        var loaded = PromptSources.Load(source, Seed, chat);
        leftOut.AddRange(loaded.LeftOut.Select(p => new LeftOutFromSource(p.Origin, p.Words) { Fault = p.Fault }));
        return loaded.Examples;
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

    /// <summary>
    /// Tells how far the stage is and, every <paramref name="every"/> steps and at the last, keeps loss and gradient norm; only then is the
    /// device waited for.
    /// </summary>
    /// <param name="step">The step just made, from 0.</param>
    /// <param name="steps">Steps of the stage.</param>
    /// <param name="loss">The step's loss, a scalar.</param>
    /// <param name="norm">The gradient's norm before clipping, a scalar; null where nothing is clipped.</param>
    /// <param name="rate">The step's learning rate.</param>
    /// <param name="tokens">Real tokens of the step.</param>
    /// <param name="every">Steps between two entries.</param>
    /// <param name="terms">What the loss is the sum of, by name and before weights, scalars; null: it is of one piece.</param>
    /// <exception cref="InputException">
    /// A loss or a norm of this or an earlier step is not finite; the first is named. On a device other than the CPU this is said at the
    /// next step that is kept.
    /// </exception>
    public void Log(
        int step,
        int steps,
        torch.Tensor loss,
        torch.Tensor? norm,
        double rate,
        int tokens,
        [NoEffectOnResult] int every,
        IReadOnlyList<(string Name, torch.Tensor Value)>? terms = null
    )
    {
        tokensSeen += tokens;
        this.steps = steps;
        bool keeps = step % every == 0 || step == steps - 1 || HeldOut?.IsDue(step + 1) == true;
        divergence.Look(step, loss, norm);
        var wrong = keeps ? divergence.Read() : divergence.Known;
        if (Events is not null && loss.device_type != DeviceType.META)
        {
            readings.Add(Made(step, rate), loss, norm, terms);
            TellOfSteps(waits: keeps);
        }
        Refuse(wrong);
        if (keeps)
            log.Add(
                new TrainingLogEntry(step, Read(loss), norm is null ? null : Read(norm), rate)
                {
                    Terms = terms is null ? null : [.. terms.Select(t => new LossTerm(t.Name, Read(t.Value)))],
                }
            );
        Report(step + 1);
    }

    TrainedStep Made(int step, double rate)
    {
        var elapsed = Before + watch.Elapsed;
        var training = elapsed - (watching?.State.Elapsed ?? default);
        return new(step, 0, null, rate, tokensSeen, throughput.At(tokensSeen, training), elapsed);
    }

    /// <summary>Tells of the steps whose numbers are known; where the device is waited for anyway, of all.</summary>
    void TellOfSteps(bool waits)
    {
        foreach (var (step, loss, norm, terms) in waits ? readings.Read() : readings.Known())
            Events!.Stepped(step with { Loss = loss, Norm = norm, Terms = terms });
    }

    /// <summary>A task of an evaluation has come further.</summary>
    internal void Answered(TaskProgress progress)
    {
        tasks[progress.Task] = progress;
        Events?.Answered(progress, watch.Elapsed);
        int done = tasks.Values.Sum(t => t.Done),
            begun = tasks.Values.Sum(t => t.Total);
        report(new StageProgress(done, Math.Max(begun, Prompts ?? 0), null, 0) { Task = progress.Task });
    }

    void Report(int done) =>
        report(
            new StageProgress(done, steps, log[^1].Loss, (tokensSeen - tokensBefore) / Math.Max(1e-9, watch.Elapsed.TotalSeconds))
            {
                Resumed = resumedAt,
            }
        );

    // On the meta device, where a step is checked without values, there is none to read.
    static double Read(torch.Tensor value) => value.device_type == DeviceType.META ? 0 : value.ToDouble();

    void Refuse(Divergence? divergence)
    {
        if (divergence is { } found)
            throw Diverged(found.Step, found.What);
    }

    InputException Diverged(int step, string what) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Stage}, seed {Seed}, step {step}: {what}; lower LearningRate, lengthen the warm-up, or set ClipNorm."
            )
        );

    /// <summary>
    /// The step at which the loop begins. Where an earlier process has left a checkpoint of this very stage run, weights, optimiser and
    /// training log are put back as they were at its end, and what follows gives the same bits as if nothing had come between.
    /// </summary>
    /// <param name="weights">What the loop trains, with the values it begins with.</param>
    /// <param name="optimiser">The optimiser over them.</param>
    /// <returns>0 where nothing is resumed; the number of steps of the stage if all were made.</returns>
    public int Resume(ParameterList weights, IOptimiser optimiser)
    {
        trained = (weights, optimiser);
        if (Checkpoints?.Restore(weights, optimiser) is not { } state)
            return 0;
        if (state.Watching is { } read)
            watching?.GoOn(read);
        if (state.Discernment is { } discerned)
            HeldOut?.GoOn(discerned);
        log.AddRange(state.Log);
        (tokensSeen, tokensBefore) = (state.Tokens, state.Tokens);
        GoesOnAfter(state.Elapsed, state.Operations);
        (steps, resumedAt) = (state.Steps, state.Done);
        throughput.Begin(tokensSeen, Before - (state.Watching?.Elapsed ?? default));
        Events?.Resumed(state);
        Report(state.Done);
        return state.Done;
    }

    /// <summary>The model as an earlier stage of the arm has left it; to be read only, until this stage ends.</summary>
    /// <param name="stage">The property of that stage, or of the base model.</param>
    /// <exception cref="InvalidOperationException">The stage does not name it with an option that is there for it.</exception>
    public LanguageModel ModelAfter(string stage) =>
        ModelsAfter?.Invoke(stage) ?? throw new InvalidOperationException($"{Stage} was not given the model of {stage}.");

    /// <summary>
    /// What the stage computes once, before its first step, of the model that it was given. A process that goes on with the stage run reads
    /// what an earlier one has computed, bit for bit.
    /// </summary>
    /// <param name="name">What it is; unique in the stage.</param>
    /// <param name="compute">Computes it.</param>
    /// <returns>The tensor, of the caller's scope.</returns>
    public torch.Tensor Once(string name, Func<torch.Tensor> compute)
    {
        if (Checkpoints?.RestoreOnce(name, Device) is { } known)
            return known;
        var computed = compute();
        if (computed.device_type != DeviceType.META)
            Checkpoints?.WriteOnce(name, computed);
        return computed;
    }

    /// <summary>
    /// Floating-point operations of the model so far, in all processes that worked on it, without those of watching: see
    /// <see cref="OperationCount"/>.
    /// </summary>
    internal double Operations => operationsBefore + OperationCount.OfThread - operationsAtStart - (watching?.Operations ?? 0);

    /// <summary>What was read along the stage and what that cost; null: nothing is watched.</summary>
    internal WatchingState? Watching => watching?.State;

    /// <summary>Something is watched along the stage from now on.</summary>
    /// <exception cref="InputException">The model cannot be read so.</exception>
    internal void BeginWatching(IReadOnlyList<Watched> watches, LanguageModel model)
    {
        watching = new StageWatching(watches);
        watching.Check(model);
    }

    /// <summary>
    /// Reads what is watched along the stage, where it is due: before the first step, after the last, and every so many as each watch
    /// says. Model, gradients and random numbers stay as they are.
    /// </summary>
    /// <param name="done">Steps made.</param>
    /// <param name="steps">Steps of the stage.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="OperationCanceledException">The run is to be stopped; the steps made are in a checkpoint.</exception>
    [NoEffectOnResult]
    public void Watch(int done, int steps, LanguageModel model)
    {
        if (watching is null || model.Decoder.Device.type == DeviceType.META)
            return;
        Along(
            done,
            () =>
            {
                // A matrix is in the file of readings; what follows a run live are single numbers.
                foreach (var reading in watching.Read(done, steps, model, cancellation).Where(r => r.Row is null))
                    Tell(reading);
            }
        );
    }

    /// <summary>Reads something off the model between two steps; where that is stopped, the steps made are written down.</summary>
    /// <param name="done">Steps made.</param>
    /// <param name="read">Reads it.</param>
    internal void Along(int done, Action read)
    {
        try
        {
            read();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested && done > 0 && trained is var (weights, optimiser))
        {
            Keep(done, weights, optimiser);
            throw;
        }
    }

    /// <summary>Something was read off the model along the way.</summary>
    internal void Tell(Reading reading) => Events?.Read(reading, Before + watch.Elapsed);

    /// <summary>An earlier process has worked on the stage run for so long, with so many operations.</summary>
    internal void GoesOnAfter(TimeSpan before, double operations) => (Before, operationsBefore) = (before, operations);

    /// <summary>
    /// The end of a step: the one place at which a loop can be stopped, with the weights and the optimiser's state in agreement. They
    /// are written down when a checkpoint is due, and before the loop is stopped.
    /// </summary>
    /// <param name="step">The step just made, from 0.</param>
    /// <param name="weights">What the loop trains.</param>
    /// <param name="optimiser">The optimiser over them.</param>
    /// <exception cref="OperationCanceledException">The run is to be stopped.</exception>
    /// <exception cref="InputException">A checkpoint is due, and a loss, a norm or a weight is not finite.</exception>
    public void Checkpoint(int step, ParameterList weights, IOptimiser optimiser)
    {
        bool stops = cancellation.IsCancellationRequested;
        if (stops || (step + 1 < steps && Checkpoints?.IsDue(step + 1) == true))
            Keep(step + 1, weights, optimiser);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Writes down how far training has come, where that is kept.</summary>
    void Keep(int done, ParameterList weights, IOptimiser optimiser)
    {
        if (Checkpoints is not { } checkpoints)
            return;
        Refuse(divergence.Read());
        if (!FiniteValues.AreAll(weights))
            throw Diverged(done - 1, "a weight is not finite, so no checkpoint of it is written");
        TellOfSteps(waits: true);
        var state = new TrainingState(done, steps, tokensSeen, Before + watch.Elapsed, log)
        {
            Events = Events?.Keep(),
            Operations = Operations,
            Watching = Watching,
            Discernment = HeldOut?.Readings,
        };
        checkpoints.Write(state, weights, optimiser);
    }
}

/// <summary>How far a stage run is.</summary>
/// <param name="Done">Steps, or prompts, done.</param>
/// <param name="Total">Steps, or prompts, in all.</param>
/// <param name="Loss">The last loss logged; null in an evaluation.</param>
/// <param name="TokensPerSecond">Real tokens per second since the stage began, or was resumed.</param>
public readonly record struct StageProgress(int Done, int Total, double? Loss, double TokensPerSecond)
{
    /// <summary>The steps of these that an earlier process had made.</summary>
    public int Resumed { get; init; }

    /// <summary>The task of an evaluation that is being answered; null in training.</summary>
    public string? Task { get; init; }
}

/// <summary>A prompt that was left out because the vocabulary lacks words of it, or as its answers are no pair.</summary>
/// <param name="Origin">File and line.</param>
/// <param name="Words">The words.</param>
public sealed record LeftOutFromSource(string Origin, IReadOnlyList<string> Words)
{
    /// <summary>What is wrong with its answers; null: nothing is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fault { get; init; }
}

/// <summary>A line of the training log.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="Norm">The gradient's norm before clipping; null where nothing is clipped.</param>
/// <param name="Rate">Its learning rate.</param>
public readonly record struct TrainingLogEntry(int Step, double Loss, double? Norm, double Rate)
{
    /// <summary>What the loss is the sum of, before weights; null: it is of one piece.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LossTerm>? Terms { get; init; }
}
