using System.CommandLine;
using DcrDsl.Execution.Slurm;

namespace DcrDsl.Cli;

/// <summary>The options of <c>run</c> that make jobs of a cluster of it.</summary>
sealed class ClusterOptions
{
    readonly Option<bool> slurm = new("--slurm")
    {
        Description =
            "Submits the run as job arrays to Slurm, one for each level of the plan, and a last job that makes the report. All share the "
            + "store. The options after it, but for --dry-run, --max-parallel, --batch and --sbatch-arg, are those of sbatch.",
    };

    readonly Option<bool> dry = new("--dry-run") { Description = "With --slurm: shows scripts and commands and submits nothing." };

    readonly Option<string?> partition = Of("--partition", "NAME", "The partition."),
        gres = Of("--gres", "LIST", "What each task needs, for example gpu:1 with --device cuda:0."),
        time = Of("--time", "LIMIT", "The time limit of a task; at its end a checkpoint is written and the task waits for its next turn."),
        memory = Of("--mem", "SIZE", "The memory of a task."),
        account = Of("--account", "NAME", "The account."),
        qos = Of("--qos", "NAME", "The quality of service."),
        constraint = Of("--constraint", "LIST", "The features of nodes.");

    readonly Option<int?> cpus = new("--cpus-per-task")
    {
        HelpName = "N",
        Description = "With --slurm: the processors of a task, and its --threads. Default: what a stage run of the experiment uses.",
    };

    readonly Option<int?> parallel = new("--max-parallel")
    {
        HelpName = "N",
        Description = "With --slurm: how many tasks of an array run at a time.",
    };

    readonly Option<string?> batch = new("--batch")
    {
        HelpName = "SIZE",
        Description =
            "With --slurm: what goes into one task: so many lines of stage runs, or as many as made up a time such as 30m in earlier runs; "
            + "what has not run yet is a task of its own. Default: 10m.",
    };

    readonly Option<string[]> more = new("--sbatch-arg")
    {
        HelpName = "OPTION",
        Description = "With --slurm: a further option of sbatch, for example --sbatch-arg=--exclude=n7. Can be repeated.",
    };

    static Option<string?> Of(string name, string help, string description) =>
        new(name) { HelpName = help, Description = "With --slurm: " + char.ToLowerInvariant(description[0]) + description[1..] };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Options.Add(option);
    }

    Option[] All => [slurm, dry, partition, gres, time, memory, cpus, account, qos, constraint, parallel, batch, more];

    /// <summary>Whether jobs are wanted.</summary>
    /// <exception cref="InputException">An option is given that only jobs have.</exception>
    public bool Wanted(ParseResult parsed)
    {
        if (parsed.GetValue(slurm))
            return true;
        return All.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } lost
            ? throw new InputException($"{lost.Name} is about jobs of a cluster: give it with --slurm.")
            : false;
    }

    /// <summary>Whether jobs are only to be shown.</summary>
    public bool Dry(ParseResult parsed) => parsed.GetValue(dry);

    /// <summary>How many processors a task is to have; null: not given.</summary>
    /// <exception cref="InputException">It is not a number of processors.</exception>
    public int? Processors(ParseResult parsed) => Positive(cpus, parsed);

    /// <summary>What is asked of the cluster.</summary>
    /// <param name="parsed">What was given.</param>
    /// <param name="threads">The threads of a task.</param>
    /// <exception cref="InputException">A value is none.</exception>
    public SlurmOptions Of(ParseResult parsed, int threads) =>
        new()
        {
            Partition = Text(partition, parsed),
            Gres = Text(gres, parsed),
            Time = Text(time, parsed),
            Memory = Text(memory, parsed),
            Account = Text(account, parsed),
            Qos = Text(qos, parsed),
            Constraint = Text(constraint, parsed),
            CpusPerTask = Processors(parsed) ?? threads,
            MaxParallel = Positive(parallel, parsed),
            Batch = parsed.GetValue(batch) is { } size
                ? BatchSize.Parse(size) ?? throw new InputException($"--batch {size}: give a number, or a time such as 30s, 10m or 2h.")
                : BatchSize.Default,
            Arguments = [.. (parsed.GetValue(more) ?? []).Select(Further)],
        };

    static int? Positive(Option<int?> option, ParseResult parsed) =>
        parsed.GetValue(option) is < 1
            ? throw new InputException($"{option.Name}: give a whole number of at least 1.")
            : parsed.GetValue(option);

    static string? Text(Option<string?> option, ParseResult parsed) =>
        parsed.GetValue(option) is not { } text ? null
        : text.Length > 0 && !text.Any(char.IsControl) ? text
        : throw new InputException($"{option.Name}: give a text of one line.");

    static string Further(string text) =>
        text.StartsWith('-') && !text.Any(char.IsControl)
            ? text
            : throw new InputException($"--sbatch-arg {text}: give an option of sbatch as it stands, as in --sbatch-arg=--exclude=n7.");
}
