using System.Diagnostics;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Specs;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Cli.DeviceChecks;

/// <summary>
/// The stages of a program's experiments that read no files, on the base model as it is made. Of those that train the first steps: what
/// they make of the weights, and whether a loop that goes on after a stop makes the same; of those that attach something the logits of the
/// model with it.
/// </summary>
static class StageChecks
{
    /// <summary>The parts of which there is one for each stage.</summary>
    public const string Step = "training step",
        Attachment = "attachment";

    const int Steps = 2;

    // A step's length is the learning rate's, whatever the gradient's: where that is all but zero, rounding decides the direction.
    const double AllowedLoss = 1e-3,
        AllowedUpdate = 0.05,
        AllowedResume = 1e-3;

    /// <param name="experiments">The experiments of the program.</param>
    /// <param name="places">Where it is computed.</param>
    /// <param name="cancellation">Ends it before the next stage.</param>
    public static IEnumerable<DeviceCheck> Of(
        IReadOnlyList<ExperimentDefinition> experiments,
        Places places,
        CancellationToken cancellation
    ) => Nodes(experiments).TakeWhile(_ => !cancellation.IsCancellationRequested).SelectMany(n => Of(n.Experiment, n.Node, places));

    /// <summary>Each stage once, though several experiments may declare it alike.</summary>
    internal static IEnumerable<(string Experiment, StageRunNode Node)> Nodes(IReadOnlyList<ExperimentDefinition> experiments) =>
        experiments
            .Where(e => e.PathNames.Count == 0)
            .SelectMany(e => Plan.Of(e, Selection.Everything).StageRuns.DistinctBy(Choices).Select(n => (e.Name, Node: n)))
            .Where(n => n.Node.Stage.Body is Train or Attach)
            .DistinctBy(n => (n.Node.Root.Spec, n.Node.Spec));

    // Another number runs the same code, another objective does not.
    static (StageDefinition, string) Choices(StageRunNode node) =>
        (node.Stage, string.Join('|', node.Values.Where(v => v.Value.Value is not (int or double)).Select(v => v.Value.Label)));

    static List<DeviceCheck> Of(string experiment, StageRunNode node, Places places)
    {
        string name = $"{experiment}: {string.Join(' ', [node.Stage.Name, .. node.Values.Select(v => v.Value.Label)])} ({node.Stage.Kind})";
        bool trains = node.Stage.Body is Train;
        string part = trains ? Step : Attachment;
        try
        {
            return trains ? Trained(name, node, places) : Attached(name, node, places);
        }
        catch (UncheckedStage cannot)
        {
            return [new(part, name, null, null) { Skipped = FirstLine(cannot.Message) }];
        }
        catch (Exception exception)
        {
            return [new(part, name, null, null) { Trouble = FirstLine(exception.Message) }];
        }
    }

    static string FirstLine(string text) => text.Split('\n')[0].Trim();

    /// <summary>What a stage makes on the processor. That an untrained model is too little for it is not the device's fault.</summary>
    static T OnProcessor<T>(Places places, Func<Device, T> compute)
    {
        try
        {
            return places.OnProcessor(compute);
        }
        catch (InputException cannot)
        {
            throw new UncheckedStage(cannot.Message);
        }
    }

    static List<DeviceCheck> Trained(string name, StageRunNode node, Places places)
    {
        using var wanted = OnProcessor(places, device => Run(node, device, null));
        using var found = places.OnDevice(device => Run(node, device, null));
        using var resumed = found.Steps.States.TryGetValue(1, out var first) ? places.OnDevice(device => Run(node, device, first)) : null;
        var checks = new List<DeviceCheck>
        {
            new(
                Step,
                name,
                Losses(found).Zip(Losses(wanted)).Max(p => Differences.Relative(Math.Abs(p.First - p.Second), Math.Abs(p.Second))),
                AllowedLoss,
                found.Seconds,
                wanted.Seconds
            ),
        };
        if (Update(wanted) is { } update)
            checks.Add(new("weights", name, Apart(Update(found)!, update), AllowedUpdate));
        if (resumed is not null && Update(resumed) is { } again)
            checks.Add(new("resume", name, Apart(again, Update(found)!), AllowedResume));
        return checks;
    }

    // What is attached is often chosen by a search, in which numbers that are all but equal may fall otherwise.
    static List<DeviceCheck> Attached(string name, StageRunNode node, Places places)
    {
        var (wanted, slow) = OnProcessor(places, device => Logits(node, device));
        var (found, fast) = places.OnDevice(device => Logits(node, device));
        using (wanted)
        using (found)
            return [new(Attachment, name, Differences.Largest(found, wanted), null, fast, slow)];
    }

    static (Tensor Logits, double Seconds) Logits(StageRunNode node, Device device)
    {
        using var scope = NewDisposeScope();
        using var model = ((Make)node.Root.Stage.Body).Create(RunOf(node.Root, device, null));
        var run = RunOf(node, device, null);
        run.ModelsAfter = _ => model;
        var watch = Stopwatch.StartNew();
        using var product = (ModelProduct)node.Stage.Body.Run(new Given(model), run);
        double seconds = watch.Elapsed.TotalSeconds;
        using var still = no_grad();
        var hidden = product.Model.Decoder.Forward(ModelChecks.Tokens(product.Model, device));
        return (product.Model.Decoder.Head(hidden).cpu().DetachFromDisposeScope(), seconds);
    }

    static IEnumerable<double> Losses(Made run) => run.Log.SelectMany(e => (double[])[e.Loss, e.Norm ?? 0]);

    /// <summary>What the steps have added to the weights; null: the stage has fewer steps.</summary>
    static Tensor[]? Update(Made run) =>
        run.Steps.States.TryGetValue(Steps, out var last) ? [.. last.Weights.Zip(run.Steps.Begun).Select(p => p.First - p.Second)] : null;

    static double Apart(Tensor[] found, Tensor[] wanted)
    {
        double apart = Differences.OfLengths(found, wanted);
        foreach (var tensor in found.Concat(wanted))
            tensor.Dispose();
        return apart;
    }

    static Made Run(StageRunNode node, Device device, FirstSteps.Kept? from)
    {
        using var scope = NewDisposeScope();
        var making = RunOf(node.Root, device, null);
        using var model = ((Make)node.Root.Stage.Body).Create(making);
        var steps = new FirstSteps(Steps, from);
        var run = RunOf(node, device, steps);
        run.ModelsAfter = _ => model;
        var watch = Stopwatch.StartNew();
        try
        {
            node.Stage.Body.Run(new Given(model), run).Dispose();
        }
        catch (OperationCanceledException)
        {
            // The end of the steps.
        }
        return new(steps, [.. run.Entries], watch.Elapsed.TotalSeconds);
    }

    static StageRun RunOf(StageRunNode node, Device device, FirstSteps? steps) =>
        new(node.Stage.Name, (ulong)(node.Seed ?? 0), node.Values, device, _ => { }, steps?.Token ?? CancellationToken.None)
        {
            Checkpoints = steps,
        };

    sealed class UncheckedStage(string message) : Exception(message);

    sealed record Made(FirstSteps Steps, IReadOnlyList<TrainingLogEntry> Log, double Seconds) : IDisposable
    {
        public void Dispose() => Steps.Dispose();
    }

    sealed class Given(LanguageModel model) : IStageInput
    {
        public LanguageModel TakeModel() => model.Clone();

        public LanguageModel BorrowModel() => model;

        public Answers Answers => throw new InvalidOperationException("Nothing was answered before.");
    }
}
