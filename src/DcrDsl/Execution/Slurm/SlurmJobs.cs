using System.Text.Json;
using System.Text.Json.Serialization;

namespace DcrDsl.Execution.Slurm;

/// <summary>What was submitted: the file <c>jobs.json</c> beside the scripts.</summary>
/// <param name="Format">The version of this form.</param>
/// <param name="Experiment">The experiment.</param>
/// <param name="Submitted">When, in UTC.</param>
/// <param name="Arrays">The job arrays in their order.</param>
/// <param name="Report">The number of the job that makes the report; null: it was not submitted.</param>
sealed record SlurmJobs(int Format, string Experiment, DateTime Submitted, IReadOnlyList<SlurmArray> Arrays, string? Report)
{
    /// <summary>The form that is written.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The file.</summary>
    public const string File = "jobs.json";
}

/// <summary>A job array.</summary>
/// <param name="Job">Its number.</param>
/// <param name="Level">The level of the plan's graph.</param>
/// <param name="Tasks">The keys of the stage runs of each task; the first has the number 1.</param>
sealed record SlurmArray(string Job, int Level, IReadOnlyList<IReadOnlyList<string>> Tasks);

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    NewLine = "\n"
)]
[JsonSerializable(typeof(SlurmJobs))]
sealed partial class SlurmJson : JsonSerializerContext;
