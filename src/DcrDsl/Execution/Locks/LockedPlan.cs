using System.Reflection;
using System.Runtime.InteropServices;
using DcrDsl.Execution.Numerics;
using DcrDsl.Execution.Origin;
using DcrDsl.Planning;
using TorchSharp;

namespace DcrDsl.Execution.Locks;

/// <summary>A plan as its lock describes it.</summary>
sealed class LockedPlan
{
    // So much of a digest tells the versions of a method apart.
    const int Digits = 16;

    readonly IReadOnlyList<(LockedStage Stage, IReadOnlyList<NumericsVersion> Code)> stages;

    LockedPlan(LockRecord record, IReadOnlyList<(LockedStage, IReadOnlyList<NumericsVersion>)> stages) =>
        (Record, this.stages) = (record, stages);

    /// <summary>The lock, without numbers.</summary>
    public LockRecord Record { get; }

    /// <summary>The methods and libraries that a stage comes to, with their digests as a lock has them.</summary>
    public IReadOnlyDictionary<string, string> CodeOf(LockedStage stage) => Code(stages.First(s => ReferenceEquals(s.Stage, stage)).Code);

    public static LockedPlan Of(Plan plan, ExecutionOptions options, Storage storage)
    {
        (LockedStage Stage, IReadOnlyList<NumericsVersion> Code)[] stages =
        [
            .. plan.StageRuns.GroupBy(n => n.Variant).Select(g => Of([.. g], storage.Keys)),
        ];
        return new LockedPlan(
            new LockRecord(
                LockRecord.CurrentFormat,
                plan.Definition.Name,
                plan.Definition.DeclaredIn,
                [.. plan.Arms.Select(a => a.Name)],
                new OrderedDictionary<string, IReadOnlyList<string>>(
                    plan.Axes.Select(a => KeyValuePair.Create(a.Path, (IReadOnlyList<string>)[.. a.Values.Select(v => v.Label)]))
                ),
                plan.Seeds,
                [.. plan.Cells.Select(c => c.Id)],
                options.ArithmeticOf(plan),
                new LockedVersions(
                    Provenance.Version(typeof(Plan).Assembly),
                    Build,
                    Provenance.Version(typeof(torch).Assembly),
                    torch.__version__,
                    RuntimeInformation.FrameworkDescription
                ),
                storage.Contents,
                [.. stages.Select(s => s.Stage)],
                Code(stages.SelectMany(s => s.Code)),
                null
            ),
            stages
        );
    }

    static (LockedStage, IReadOnlyList<NumericsVersion>) Of(
        IReadOnlyList<StageRunNode> runs,
        IReadOnlyDictionary<StageRunNode, StageKey> keys
    )
    {
        NumericsVersion[] code = [.. runs.Select(NumericsVersion.Of).DistinctBy(v => v.Digest)];
        var stage = new LockedStage(
            runs[0].Stage.Name,
            StageRecords.Labels(runs[0].Values),
            [.. keys[runs[0]].Parts.Where(p => StageKeys.IsOfStage(p.Name))],
            [.. code.Select(v => v.Digest).Order(StringComparer.Ordinal)],
            new OrderedDictionary<string, string>(runs.Select(r => KeyValuePair.Create(r.Id, keys[r].Digest)))
        );
        return (stage, code);
    }

    static SortedDictionary<string, string> Code(IEnumerable<NumericsVersion> versions)
    {
        // Stages may come to different lambdas of one method, which have its name.
        var all = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var version in versions.DistinctBy(v => v.Digest))
        foreach (var (name, digests) in version.Methods)
        {
            if (!all.TryGetValue(name, out var known))
                all.Add(name, known = new SortedSet<string>(StringComparer.Ordinal));
            known.UnionWith(Shortened(digests).Split(' '));
        }
        return new SortedDictionary<string, string>(all.ToDictionary(a => a.Key, a => string.Join(' ', a.Value)), StringComparer.Ordinal);
    }

    static string Shortened(string digests) =>
        string.Join(' ', digests.Split(' ').Select(d => d.Length == 64 ? d[..Digits] : d).Order(StringComparer.Ordinal));

    static string Build => typeof(Plan).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "";
}
