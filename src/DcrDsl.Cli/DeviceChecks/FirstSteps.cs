using DcrDsl.Definition;
using DcrDsl.Tensors;
using DcrDsl.Training;
using static TorchSharp.torch;

namespace DcrDsl.Cli.DeviceChecks;

/// <summary>Stops a training loop after its first steps and keeps what it had made of the weights, as a checkpoint does.</summary>
/// <param name="steps">After how many.</param>
/// <param name="from">Where the loop goes on; null: it begins.</param>
sealed class FirstSteps(int steps, FirstSteps.Kept? from) : IStageCheckpoints, IDisposable
{
    readonly CancellationTokenSource stop = new();

    /// <summary>Asks the loop to stop.</summary>
    public CancellationToken Token => stop.Token;

    /// <summary>The weights with which the loop began.</summary>
    public IReadOnlyList<Tensor> Begun { get; private set; } = [];

    /// <summary>The states after steps, by their numbers.</summary>
    public Dictionary<int, Kept> States { get; } = [];

    public TrainingState? Restore(ParameterList weights, IOptimiser optimiser)
    {
        Begun = Copies(weights);
        if (from is null)
            return null;
        using var frozen = no_grad();
        foreach (var (weight, value) in weights.Zip(from.Weights))
            weight.copy_(value);
        optimiser.ImportState(from.Optimiser.ToDictionary(s => s.Name, s => s.Value));
        return from.State;
    }

    public bool IsDue(int done) => true;

    public void Write(TrainingState state, ParameterList weights, IOptimiser optimiser)
    {
        // The log is the loop's own list and goes on growing.
        States[state.Done] = new(
            state with
            {
                Log = [.. state.Log],
            },
            Copies(weights),
            [.. optimiser.ExportState().Select(s => (s.Name, Copy(s.Value)))]
        );
        if (state.Done >= steps)
            stop.Cancel();
    }

    public Tensor? RestoreOnce(string name, Device device) => null;

    public void WriteOnce(string name, Tensor value) { }

    public AnsweringState? RestoreAnswers() => null;

    public void Write(AnsweringState state) { }

    static Tensor[] Copies(IEnumerable<Tensor> tensors) => [.. tensors.Select(Copy)];

    static Tensor Copy(Tensor tensor)
    {
        using var frozen = no_grad();
        return tensor.detach().cpu().clone().DetachFromDisposeScope();
    }

    public void Dispose()
    {
        stop.Dispose();
        foreach (var tensor in Begun.Concat(States.Values.SelectMany(s => s.Weights.Concat(s.Optimiser.Select(o => o.Value)))))
            tensor.Dispose();
    }

    /// <summary>What a checkpoint holds, on the processor.</summary>
    public sealed record Kept(TrainingState State, IReadOnlyList<Tensor> Weights, IReadOnlyList<(string Name, Tensor Value)> Optimiser);
}
