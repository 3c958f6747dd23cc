using DcrDsl.Definition;
using DcrDsl.Models;
using DcrDsl.Tensors;
using DcrDsl.Training;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Runs.Checkpoints;

/// <summary>A loop over a few numbers, for what is about files and not about models.</summary>
sealed class SmallLoop(int? breaksAt = null) : IDisposable
{
    public const int Steps = 7;

    readonly Tensor first = Values(3, 2),
        second = Values(4);

    public ParameterList Weights => field ??= new ParameterList(["first", "second"], [first, second]);

    public void Run(StageRun run)
    {
        using var optimiser = new AdamW(Weights, weightDecay: 0.1);
        for (int step = run.Resume(Weights, optimiser); step < Steps; step++)
        {
            using var scope = NewDisposeScope();
            var loss = (first * (step == breaksAt ? float.NaN : step + 1)).sin().sum() + second.square().sum();
            optimiser.ZeroGradients();
            loss.backward();
            optimiser.Step(rate: 0.1);
            run.Log(step, Steps, loss, null, rate: 0.1, tokens: 5 + step, every: 2);
            run.Checkpoint(step, Weights, optimiser);
        }
    }

    /// <summary>What an uninterrupted run leaves.</summary>
    public static (byte[] Weights, TrainingLogEntry[] Log, long Tokens) Whole()
    {
        using var loop = new SmallLoop();
        var run = CheckpointedRun.New(null);
        loop.Run(run);
        return CheckpointedRun.Outcome(loop.Weights, run);
    }

    static Tensor Values(params long[] shape) =>
        linspace(-1, 1, (int)shape.Aggregate((a, b) => a * b)).view(shape).clone().requires_grad_();

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }
}
