using System.Globalization;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Training;
using TorchSharp;

namespace DcrDsl.Definition;

// What a training loop says of its steps, and where it goes on after a stop.
public sealed partial class StageRun
{
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
        PhaseClock.Leave();
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
        Weigh(weights, optimiser);
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

    /// <summary>What the loop's parameters need in memory, where a first step is gone through without values; else null.</summary>
    internal TrainedMemory? Memory { get; private set; }

    [NoEffectOnResult]
    void Weigh(ParameterList weights, IOptimiser optimiser)
    {
        if (Device.type == DeviceType.META)
            Memory = TrainedMemory.Of(weights, optimiser);
    }

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
