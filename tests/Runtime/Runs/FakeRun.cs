using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Planning;
using DcrDsl.Results;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>The folder of a run of a made-up experiment, removed with the test.</summary>
sealed class FakeRun : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public FakeRun(
        ExperimentDefinition definition,
        Selection? selection = null,
        int threads = 2,
        Func<ExperimentRecord, ExperimentRecord>? described = null
    )
    {
        var plan = Plan.Of(definition, selection ?? Selection.Everything);
        using var folder = RunFolder.Create(
            Folder,
            plan,
            Keys(plan),
            _ => described is null ? Description(plan) : described(Description(plan))
        );
        Executor.Run(plan, new ExecutionOptions(torch.CPU, threads), folder, TestContext.Current.CancellationToken);
    }

    public static IReadOnlyDictionary<StageRunNode, StageKey> Keys(Plan plan) =>
        new StageKeys(new Arithmetic("cpu", 1, "Float32")).Of(plan);

    public string Folder => Path.Combine(root, "run");

    public RunResults Results => RunResults.Load(Folder);

    public static ExperimentRecord Description(Plan plan) =>
        new(
            plan.Definition.Name,
            plan.Definition.Summary,
            plan.Definition.DeclaredIn,
            "dcr run fake",
            "dcr report runs/fake/001",
            "/home/user",
            new EnvironmentRecord("0.1.0", "TorchSharp 0.107.0", "cpu", 2, "Linux"),
            [
                .. plan.Arms.Select(a => new ArmRecord(
                    a.Name,
                    a.Member,
                    a.Summary,
                    [.. a.Stages.Select(s => new StageRecord(s.Name, s.Property, s.Kind, s.Body.Gives, [.. s.Axes.Select(x => x.Path)]))],
                    a.Role
                )),
            ],
            [.. plan.Axes.Select(a => new AxisRecord(a.Path, [.. a.Values.Select(v => v.Label)]))],
            plan.Seeds,
            plan.Definition.Metrics,
            plan.Definition.MatchedDefence,
            [.. plan.Cells.Select(c => c.Id)],
            plan.Definition.Spec
        )
        {
            Caveats = plan.Definition.Caveats,
        };

    public void Dispose() => Directory.Delete(root, recursive: true);
}
