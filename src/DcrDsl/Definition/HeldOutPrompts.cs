using DcrDsl.Data;
using DcrDsl.Data.Batches;
using DcrDsl.Evaluation.Discerning;
using DcrDsl.Evaluation.Separation;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Models;
using DcrDsl.Objectives;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Definition;

/// <summary>
/// Prompts that a refinement is not trained on, which tell whether it discerns: how far their hidden states after layer ℓ can be told
/// apart before it and after, and along the way. Reading changes neither the model nor random numbers; choosing ℓ by them and stopping by
/// them does, so they are a part of the stage.
/// </summary>
public sealed class HeldOutPrompts
{
    /// <summary>What its readings are called in events.</summary>
    internal const string Name = "Discernment";

    readonly StageRun run;
    readonly LanguageModel model;
    readonly WatchedPrompts prompts;
    readonly int[][] asked;
    readonly Func<Tensor, TextSpans, Tensor> pooling;
    readonly int folds,
        batch;
    readonly double ridge;
    readonly List<DiscernmentReading> readings = [];
    IReadOnlyDictionary<int, LabelledStates> before = new Dictionary<int, LabelledStates>();
    LayerCandidate[]? candidates;
    int layer,
        every,
        lookEvery;
    double lossWithout;
    EarlyStop? stopped;
    (int Step, LabelledStates? States) latest;

    /// <summary>Held-out prompts of a stage run.</summary>
    /// <param name="run">The stage run.</param>
    /// <param name="model">The model that it refines.</param>
    /// <param name="seeminglyToxic">Seemingly toxic prompts.</param>
    /// <param name="toxic">Toxic prompts.</param>
    /// <param name="pooling">Hidden states [B, T, H] and lengths [B] to vectors [B, H].</param>
    /// <param name="folds">Parts of which one at a time is kept from the probe.</param>
    /// <param name="ridge">How strongly the probe's weights are held down.</param>
    /// <param name="batch">Prompts read side by side.</param>
    /// <exception cref="InputException">There are fewer prompts of a class than folds, or one cannot be written.</exception>
    public HeldOutPrompts(
        StageRun run,
        LanguageModel model,
        IReadOnlyList<Example> seeminglyToxic,
        IReadOnlyList<Example> toxic,
        Func<Tensor, TextSpans, Tensor> pooling,
        int folds,
        double ridge,
        int batch
    )
    {
        (this.run, this.model, this.pooling) = (run, model, pooling);
        (this.folds, this.ridge, this.batch) = (folds, ridge, batch);
        prompts = new WatchedPrompts(seeminglyToxic, toxic, General: null, run.Seed);
        prompts.Require(folds, $"{run.Stage}: the discernment, tried in as many parts as Discernment.Folds says,");
        asked = WatchedPrompts.Asked([.. seeminglyToxic, .. toxic], model);
        run.HeldOut = this;
    }

    bool HasValues => model.Decoder.Device.type != DeviceType.META;

    /// <summary>
    /// ℓ by the model before the first step: the lowest layer at which a linear probe is at most one standard error below the best.
    /// </summary>
    /// <param name="layers">The candidates, counted from 1; none: all.</param>
    /// <exception cref="InputException">The model has no such layer, or a state is not finite.</exception>
    public int ChooseLayer(IReadOnlyList<int> layers)
    {
        int[] among = PooledStates.Layers(model, layers);
        if (!HasValues)
            return among[^1];
        before = Untouched(among);
        candidates =
        [
            .. before
                .OrderBy(s => s.Key)
                .Select(s => (s.Key, Found: Of(s.Value)))
                .Select(s => new LayerCandidate(s.Key, s.Found.ProbeAuc, s.Found.ProbeAucError, s.Found.PairAuc, s.Found.Silhouette)),
        ];
        return LayerCandidate.Chosen(candidates).Layer;
    }

    /// <summary>Reads the untouched model, and what the objective is worth without discernment; comes before the first step.</summary>
    /// <param name="layer">ℓ, counted from 1.</param>
    /// <param name="every">Steps between two readings; 0: only before the first step and after the last.</param>
    /// <param name="pairs">What the refinement draws from.</param>
    /// <param name="objective">The objective: vectors [B, H] and labels [B] to a scalar.</param>
    /// <exception cref="InputException">A state is not finite.</exception>
    public void Begin(int layer, int every, PairBatches pairs, Func<Tensor, Tensor, Tensor> objective)
    {
        (this.layer, this.every) = (layer, every);
        if (!HasValues)
            return;
        using (NewDisposeScope())
            lossWithout = EqualSimilarity.Least(objective, pairs.Draw(0).Labels);
        if (!before.ContainsKey(layer))
            before = Untouched([layer]);
    }

    /// <summary>Reads the prompts where that is due.</summary>
    /// <param name="step">Steps made.</param>
    /// <exception cref="OperationCanceledException">The run is to be stopped; the steps made are in a checkpoint.</exception>
    public void Read(int step)
    {
        if (IsDue(step))
            ReadNow(step);
    }

    /// <summary>
    /// Reads the prompts where that is due, and says whether they are separated, so that the refinement can end here.
    /// </summary>
    /// <param name="step">Steps made; before the first the answer is no.</param>
    /// <param name="steps">Steps declared.</param>
    /// <param name="auc">The AUC of pairs from which on they are.</param>
    /// <param name="every">Steps between two looks.</param>
    /// <param name="inARow">Looks one after another that must find them so.</param>
    /// <exception cref="OperationCanceledException">The run is to be stopped; the steps made are in a checkpoint.</exception>
    public bool AreSeparated(int step, int steps, double auc, int every, int inARow)
    {
        lookEvery = every;
        Read(step);
        if (step == 0 || step % every != 0)
            return false;
        DiscernmentReading[] looks = [.. readings.Where(r => r.Step > 0 && r.Step % every == 0).TakeLast(inARow)];
        if (looks.Length < inARow || looks.Any(r => r.PairAuc < auc))
            return false;
        stopped = new EarlyStop(step, steps, auc);
        return true;
    }

    /// <summary>Reads the prompts after the last step.</summary>
    /// <param name="steps">Steps declared.</param>
    /// <exception cref="OperationCanceledException">The run is to be stopped; the steps made are in a checkpoint.</exception>
    public void End(int steps)
    {
        StepsMade = stopped?.Step ?? steps;
        if (!HasValues)
            return;
        ReadNow(StepsMade);
        run.Discernment = Record(latest.Step == StepsMade && latest.States is { } last ? last : States(layer));
    }

    /// <summary>Steps made, once the refinement has ended.</summary>
    public int StepsMade { get; private set; }

    /// <summary>Whether the prompts are read when so many steps are made, the last step apart.</summary>
    internal bool IsDue(int done) =>
        HasValues && (done == 0 || (every > 0 && done % every == 0) || (lookEvery > 0 && done % lookEvery == 0));

    /// <summary>What was read so far.</summary>
    internal IReadOnlyList<DiscernmentReading> Readings => [.. readings];

    /// <summary>An earlier process has read this.</summary>
    internal void GoOn(IReadOnlyList<DiscernmentReading> read)
    {
        readings.Clear();
        readings.AddRange(read);
    }

    void ReadNow(int step)
    {
        if (readings.Any(r => r.Step == step))
            return;
        run.Along(
            step,
            () =>
            {
                var states = step == 0 ? before[layer] : States(layer);
                latest = (step, states);
                var found = Of(states);
                readings.Add(new DiscernmentReading(step, found.PairAuc, found.ProbeAuc, found.ProbeAccuracy, found.Silhouette));
                Tell(SeparabilityWatch.PairAuc, found.PairAuc);
                Tell(SeparabilityWatch.ProbeAuc, found.ProbeAuc);
                Tell(SeparabilityWatch.ProbeAccuracy, found.ProbeAccuracy);
                Tell(SeparabilityWatch.SilhouetteMean, found.Silhouette);
            }
        );

        void Tell(string measure, double value) => run.Tell(new Reading(Name, step, measure, "", layer, value));
    }

    DiscernmentRecord Record(LabelledStates after)
    {
        var gain = PairAucGain.Of(before[layer], after, run.Seed);
        return new DiscernmentRecord(
            layer,
            prompts.SeeminglyToxic.Count,
            prompts.Toxic.Count,
            Readings,
            gain.Low,
            gain.High,
            Objective(run.Entries[0]),
            Objective(run.Entries[^1]),
            lossWithout
        )
        {
            Stopped = stopped,
            Candidates = candidates,
        };
    }

    /// <summary>The objective alone, where the loss is a sum.</summary>
    static double Objective(TrainingLogEntry entry) => entry.Terms is [var contrast, ..] ? contrast.Value : entry.Loss;

    ClassSeparation Of(LabelledStates states) => ClassSeparation.Of(states, folds, ridge, prompts.Seed);

    /// <summary>The states of the model before the first step; a process that goes on reads what an earlier one has found.</summary>
    Dictionary<int, LabelledStates> Untouched(int[] layers)
    {
        using var scope = NewDisposeScope();
        var kept = run.Once("held-out-states", () => Stacked(layers));
        double[] flat = [.. kept.cpu().data<double>()];
        int width = flat.Length / layers.Length / asked.Length;
        return layers
            .Index()
            .ToDictionary(
                l => l.Item,
                l =>
                    ClassSeparation.Finite(
                        l.Item,
                        [.. flat.Skip(l.Index * asked.Length * width).Take(asked.Length * width).Chunk(width)],
                        prompts.SeeminglyToxic.Count
                    )
            );
    }

    /// <summary>[layers, prompts, H], float64.</summary>
    Tensor Stacked(int[] layers)
    {
        var vectors = Vectors(layers);
        double[] flat = [.. layers.SelectMany(l => vectors[l]).SelectMany(row => row)];
        return tensor(flat, [layers.Length, asked.Length, flat.Length / layers.Length / asked.Length], ScalarType.Float64);
    }

    LabelledStates States(int after) => ClassSeparation.Finite(after, Vectors([after])[after], prompts.SeeminglyToxic.Count);

    IReadOnlyDictionary<int, double[][]> Vectors(int[] layers)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return PooledStates.Of(model, asked, layers, pooling, batch, run.Cancellation);
    }
}
