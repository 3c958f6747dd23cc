using DcrDsl.Planning;
using DcrDsl.Store;
using DcrDsl.Wording;

namespace DcrDsl.Execution.Slurm;

/// <summary>
/// A run as jobs of a cluster: an array for each level of the plan's graph over one store, each after the one before, and a last job that
/// makes the report. What is in the store has no job.
/// </summary>
sealed class SlurmRun
{
    readonly Plan plan;
    readonly IReadOnlyDictionary<StageRunNode, StageKey> keys;
    readonly IReadOnlyList<(JobLevel Level, string Script)> levels;
    readonly string root,
        report;

    /// <param name="plan">What is run.</param>
    /// <param name="storage">Its store.</param>
    /// <param name="reuse">What is in the store.</param>
    /// <param name="options">What is asked of the cluster.</param>
    /// <param name="commands">What the jobs run.</param>
    /// <exception cref="InputException">A level is too large, or the folder has a name that Slurm cannot have.</exception>
    public SlurmRun(Plan plan, Storage storage, Reuse reuse, SlurmOptions options, JobCommands commands)
    {
        (this.plan, keys) = (plan, storage.Keys);
        string store = storage.Root!;
        root = JobFolder.RootOf(plan.Definition.Name);
        Folder = JobFolder.Next(root);
        var scripts = new JobScripts(plan.Definition.Name, options, commands, Folder, store);
        levels =
        [
            .. JobPlan
                .Of(reuse.ToRun, new StageDurations([.. new StageStore(store).All()]), options.Batch)
                .Select(level => (level, scripts.Of(level))),
        ];
        report = scripts.Gathering();
    }

    /// <summary>Where scripts and outputs lie.</summary>
    public string Folder { get; }

    /// <summary>The scripts by their files' names, with the lists that they read.</summary>
    public IReadOnlyList<(string Name, string Text)> Files =>
        [
            .. levels.SelectMany(l =>
                new[]
                {
                    (JobScripts.NameOf(l.Level) + ".sh", l.Script),
                    (JobScripts.NameOf(l.Level) + ".tasks", JobScripts.Tasks(l.Level, n => keys[n].Digest)),
                }
            ),
            (JobScripts.GatheringName + ".sh", report),
        ];

    /// <summary>The commands that submit them, in the words of a shell; what numbers jobs will have is not known yet.</summary>
    public IEnumerable<string> Commands()
    {
        var before = new List<string>();
        foreach (string name in levels.Select(l => JobScripts.NameOf(l.Level)))
        {
            yield return Command(name, before.TakeLast(1));
            before.Add($"NUMBER-OF-{name.ToUpperInvariant()}");
        }
        yield return Command(JobScripts.GatheringName, before);

        string Command(string name, IEnumerable<string> after) =>
            string.Join(' ', ["sbatch", .. Sbatch.Arguments(Path.Combine(Folder, name + ".sh"), [.. after]).Select(ShellWord.Quote)]);
    }

    /// <summary>
    /// Writes the scripts and submits them. Where one is refused, those before are taken back; where it is only the report's, they stay.
    /// </summary>
    /// <returns>What was submitted, and why the report's job was not; null: it was.</returns>
    /// <exception cref="InputException">
    /// There is no Slurm here, it refuses a job, or jobs for the same stage runs wait or run already.
    /// </exception>
    public (SlurmJobs Jobs, string? WithoutReport) Submit()
    {
        Sbatch.Require();
        RequireNoneWaits();
        JobFolder.Write(Folder, Files);
        var jobs = new SlurmJobs(SlurmJobs.CurrentFormat, plan.Definition.Name, DateTime.UtcNow, [], Report: null);
        var numbers = new List<string>();
        try
        {
            foreach (var (level, _) in levels)
            {
                numbers.Add(Sbatch.Submit(ScriptOf(JobScripts.NameOf(level)), [.. numbers.TakeLast(1)]));
                jobs = Keep(jobs with { Arrays = [.. jobs.Arrays, new(numbers[^1], level.Number, [.. level.Tasks.Select(KeysOf)])] });
            }
        }
        catch (InputException refusal) when (numbers.Count > 0)
        {
            Sbatch.Cancel(numbers);
            throw new InputException($"{refusal.Message} The jobs submitted before it were taken back.", refusal);
        }
        string last;
        try
        {
            last = Sbatch.Submit(ScriptOf(JobScripts.GatheringName), numbers);
        }
        catch (InputException refusal)
        {
            return (jobs, refusal.Message);
        }
        return (Keep(jobs with { Report = last }), null);
    }

    string ScriptOf(string name) => Path.Combine(Folder, name + ".sh");

    IReadOnlyList<string> KeysOf(JobTask task) => [.. task.StageRuns.Select(n => keys[n].Digest)];

    // After each one, so that whatever ends this program the numbers of what waits are known.
    SlurmJobs Keep(SlurmJobs jobs)
    {
        JobFolder.Write(Folder, [(SlurmJobs.File, JobFolder.Text(jobs))]);
        return jobs;
    }

    void RequireNoneWaits()
    {
        var own = levels.SelectMany(l => l.Level.Tasks).SelectMany(KeysOf).ToHashSet();
        var earlier = JobFolder
            .Earlier(root)
            .Select(e => (e.Folder, Jobs: e.Jobs.Arrays.Where(a => a.Tasks.Any(t => t.Any(own.Contains))).Select(a => a.Job).ToList()))
            .Where(e => e.Jobs.Count > 0)
            .ToList();
        if (earlier.Count == 0)
            return;
        var waiting = Sbatch.InQueue();
        string[] jobs = [.. earlier.SelectMany(e => e.Jobs).Where(waiting.Contains)];
        if (jobs.Length > 0)
            throw new InputException(
                $"The same stage runs wait or run as {(jobs.Length == 1 ? "job" : "jobs")} {English.List(jobs)}: let them end, or take "
                    + $"them back with scancel {string.Join(' ', jobs)}."
            );
    }
}
