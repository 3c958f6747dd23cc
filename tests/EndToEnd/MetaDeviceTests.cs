using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Experiments;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>
/// Every generated training stage makes a step on the meta device, which computes shapes and no values: a tensor left on another device, or
/// a value asked for in the middle of a step, is an error there.
/// </summary>
public sealed class MetaDeviceTests : IDisposable
{
    readonly TinyWorkspace workspace = new();

    public static TheoryData<string, string> Stages =>
        [
            .. DcrCatalog.Experiments.SelectMany(e =>
                e.Arms.SelectMany(a => a.Stages).Where(s => s.Body is Train).Select(s => (e.Name, s.Name)).Distinct()
            ),
        ];

    [Theory, MemberData(nameof(Stages))]
    public void A_step_stays_on_its_device(string experiment, string stage)
    {
        var plan = Plan.Of(DcrCatalog.Experiments.Single(e => e.Name == experiment), Selection.Everything);
        var node = plan.StageRuns.First(n => n.Stage.Name == stage);
        var root = node.Root;
        using var scope = torch.NewDisposeScope();
        using LanguageModel model = ((Make)root.Stage.Body).Create(Run(root, CancellationToken.None));
        using var firstStep = new CancellationTokenSource();
        int steps = 0;
        var run = Run(
            node,
            firstStep.Token,
            progress =>
            {
                steps = progress.Done;
                firstStep.Cancel();
            }
        );
        // Whichever earlier model the stage looks at, its shapes are these.
        run.ModelsAfter = _ => model;
        Assert.Throws<OperationCanceledException>(() => ((Train)node.Stage.Body).Loop(model, run));
        Assert.Equal(1, steps);
        Assert.All(model.Decoder.Parameters, p => Assert.Equal(DeviceType.META, p.device_type));
    }

    /// <summary>
    /// Before a run, every training stage is gone through to the end of its first step, and what its parameters need is known.
    /// </summary>
    [Theory]
    [InlineData("smoke")]
    [InlineData("preferences")]
    [InlineData("real-paper-table", "STL", "STL-aug", "DCR", "DCR + DPO")]
    public void What_parameters_need_is_known_before_a_run(string experiment, params string[] arms)
    {
        var plan = Plan.Of(DcrCatalog.Experiments.Single(e => e.Name == experiment), new Selection { Seeds = [0], Arms = arms });
        var options = new ExecutionOptions(torch.CPU, 1)
        {
            Paths = new RunPaths(new Dictionary<string, string> { ["model"] = workspace.Model, ["data"] = workspace.Data }),
        };
        Preflight.Check(plan, options);
        Assert.Equal(
            plan.StageRuns.Where(n => n.Stage.Body is Train).Select(Name).Distinct().Order(StringComparer.Ordinal),
            options.Memories.All.Select(m => Name(m.Node)).Order(StringComparer.Ordinal)
        );
        // AdamW in float32: weight, gradient and two moments, and a step counter for each tensor.
        Assert.All(options.Memories.All, m => Assert.InRange(m.Trained.BytesEach, 16, 16.05));
        Assert.All(options.Memories.All, m => Assert.Equal(m.Trained.Bytes + m.Frozen * 4, m.Bytes));

        // In a step, a copy of each weight that it multiplies in bfloat16.
        var mixed = options with
        {
            Products = torch.ScalarType.BFloat16,
            Memories = new StageMemories(),
        };
        Preflight.Check(plan, mixed);
        Assert.All(
            mixed.Memories.All,
            m => Assert.InRange(m.BytesEach - m.Trained.BytesEach, 0, SpecOptions.Within<LowRankAdapter>(m.Node.Spec).Any() ? 0 : 2)
        );
        Assert.Contains(mixed.Memories.All, m => m.BytesEach > 17.9);

        static string Name(StageRunNode node) => $"{node.Stage.Name} {node.Variant.Values}";
    }

    [Fact]
    public void A_tensor_on_another_device_would_be_noticed()
    {
        using var scope = torch.NewDisposeScope();
        var elsewhere = torch.ones(2);
        Assert.ThrowsAny<Exception>(() => torch.ones(2, device: torch.META).add(elsewhere));
        Assert.ThrowsAny<Exception>(() => torch.ones([], device: torch.META).item<float>());
    }

    public void Dispose() => workspace.Dispose();

    StageRun Run(StageRunNode node, CancellationToken cancellation, Action<StageProgress>? report = null) =>
        new(node.Stage.Name, (ulong)(node.Seed ?? 0), node.Values, torch.META, report ?? (_ => { }), cancellation)
        {
            Paths = new RunPaths(new Dictionary<string, string> { ["model"] = workspace.Model, ["data"] = workspace.Data }),
        };
}
