namespace DcrDsl.Execution.Slurm;

/// <summary>What the jobs of a run ask of the cluster, in Slurm's own words; null: what the cluster gives by default.</summary>
sealed record SlurmOptions
{
    /// <summary><c>--partition</c>.</summary>
    public string? Partition { get; init; }

    /// <summary><c>--gres</c>, for example <c>gpu:1</c>.</summary>
    public string? Gres { get; init; }

    /// <summary><c>--time</c>: the limit of one task.</summary>
    public string? Time { get; init; }

    /// <summary><c>--mem</c>.</summary>
    public string? Memory { get; init; }

    /// <summary><c>--account</c>.</summary>
    public string? Account { get; init; }

    /// <summary><c>--qos</c>.</summary>
    public string? Qos { get; init; }

    /// <summary><c>--constraint</c>.</summary>
    public string? Constraint { get; init; }

    /// <summary><c>--cpus-per-task</c>.</summary>
    public int CpusPerTask { get; init; } = 1;

    /// <summary>How many tasks of an array run at a time; null: as many as the cluster lets.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>How much goes into one task.</summary>
    public BatchSize Batch { get; init; } = BatchSize.Default;

    /// <summary>More options of <c>sbatch</c>, as they stand.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
