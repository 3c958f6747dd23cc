using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using DcrDsl.Definition;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Execution.Origin;
using DcrDsl.Planning;
using DcrDsl.Results;
using TorchSharp;

namespace DcrDsl.Execution;

/// <summary>Describes a run for its folder.</summary>
static class RunDescription
{
    /// <summary>Describes it before it has a folder, which its commands name.</summary>
    public static ExperimentRecord Of(Plan plan, ExecutionOptions options)
    {
        var definition = plan.Definition;
        return new ExperimentRecord(
            definition.Name,
            definition.Summary,
            definition.DeclaredIn,
            Command: "",
            ReportCommand: "",
            Environment.CurrentDirectory,
            new EnvironmentRecord(
                Provenance.Version(typeof(Plan).Assembly),
                $"TorchSharp {Provenance.Version(typeof(torch).Assembly)}, libtorch {torch.__version__}",
                options.Device.ToString(),
                options.Threads,
                RuntimeInformation.OSDescription + ", " + RuntimeInformation.OSArchitecture,
                (options.FrozenBaseText ?? options.FrozenBase.ToString())
                    + (options.Products is { } products ? $"; weights in training were multiplied in {products}" : "")
            ),
            [.. plan.Arms.Select(Arm)],
            [.. plan.Axes.Select(a => new AxisRecord(a.Path, [.. a.Values.Select(v => v.Label)]))],
            plan.Seeds,
            definition.Metrics,
            definition.MatchedDefence,
            [.. plan.Cells.Select(c => c.Id)],
            definition.Spec
        )
        {
            Caveats = definition.Caveats,
            Tasks = TaskDescriptions.Of(plan, options.Paths),
            SetNotes = TaskDescriptions.Counts(plan, options.Paths),
            Inference = InferenceRecord.Of(definition.Inference),
            WinRate = definition.WinRate is { } winRate ? (JsonObject)StoredRecord.Written(winRate, options.Paths.Resolve)! : null,
        };
    }

    /// <summary>The same with the commands that are known once the run has its folder.</summary>
    public static ExperimentRecord In(ExperimentRecord description, RunCommands commands) =>
        description with
        {
            Command = commands.Run,
            ReportCommand = commands.Report,
        };

    static ArmRecord Arm(ArmDefinition arm) =>
        new(
            arm.Name,
            arm.Member,
            arm.Summary,
            [.. arm.Stages.Select(s => new StageRecord(s.Name, s.Property, s.Kind, s.Body.Gives, [.. s.Axes.Select(a => a.Path)]))],
            arm.Role
        );
}
