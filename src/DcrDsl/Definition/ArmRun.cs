using DcrDsl.Models;
using TorchSharp;

namespace DcrDsl.Definition;

/// <summary>
/// What a generated arm needs when it is called from code, stage after stage and without a plan: where tensors live, where files lie, and
/// who wants to know how it goes.
/// </summary>
/// <param name="Device">Where tensors live.</param>
public sealed record ArmRun(torch.Device Device)
{
    /// <summary>Where the names in the experiment's paths lie.</summary>
    public RunPaths Paths { get; init; } = RunPaths.None;

    /// <summary>The number formats of matrices that stay frozen beside an adapter.</summary>
    public FrozenFormat FrozenBase { get; init; } = FrozenFormat.Single;

    /// <summary>Is told after every step, with the stage's name.</summary>
    public Action<string, StageProgress>? Progress { get; init; }

    /// <summary>Ends the arm at its next step.</summary>
    public CancellationToken Cancellation { get; init; }

    readonly Dictionary<string, LanguageModel> kept = new(StringComparer.Ordinal);

    /// <summary>Keeps the model as it is now, for a later stage that looks at it (<see cref="StageRun.ModelAfter"/>).</summary>
    /// <param name="stage">The property of the stage that has left it so.</param>
    /// <param name="model">The model.</param>
    /// <returns>The copy that is kept: the caller's to free, behind the stages that look at it.</returns>
    public LanguageModel Keep(string stage, LanguageModel model) => kept[stage] = model.Clone();

    /// <summary>The run of one stage.</summary>
    /// <param name="name">The stage's name.</param>
    /// <param name="seed">The seed.</param>
    public StageRun Stage(string name, ulong seed) =>
        new(name, seed, new Dictionary<string, AxisValue>(), Device, progress => Progress?.Invoke(name, progress), Cancellation)
        {
            Paths = Paths,
            FrozenBase = FrozenBase,
            ModelsAfter = kept.GetValueOrDefault!,
        };
}
