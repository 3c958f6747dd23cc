using System.Globalization;
using System.Text;
using DcrDsl.Planning;
using DcrDsl.Wording;

namespace DcrDsl.Execution.Slurm;

/// <summary>The scripts that <c>sbatch</c> is given.</summary>
/// <param name="experiment">The name of the experiment.</param>
/// <param name="options">What is asked of the cluster.</param>
/// <param name="commands">What the jobs run.</param>
/// <param name="folder">Where scripts and outputs lie.</param>
/// <param name="store">The folder of the store.</param>
sealed class JobScripts(string experiment, SlurmOptions options, JobCommands commands, string folder, string store)
{
    // The most that a Slurm takes whose MaxArraySize nobody has changed.
    const int MostTasks = 1000;

    /// <summary>How long before the time limit a stage run is asked to write a checkpoint.</summary>
    const int SecondsBefore = 60;

    /// <summary>The script of a level.</summary>
    /// <exception cref="InputException">It has more tasks than an array can have.</exception>
    public string Of(JobLevel level)
    {
        int tasks = level.Tasks.Count;
        if (tasks > MostTasks)
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Level {level.Number} comes to {tasks:#,0} jobs, and an array of Slurm takes {MostTasks:#,0}: put more into each with "
                        + $"a larger --batch."
                )
            );
        string name = NameOf(level);
        string number = level.Number.ToString(CultureInfo.InvariantCulture),
            content = $"{English.Count(level.Tasks.Sum(t => t.StageRuns.Count), "stage run")} in {English.Count(tasks, "task")}";
        string limit = options.MaxParallel is { } most ? string.Create(CultureInfo.InvariantCulture, $"%{most}") : "";
        var header = new StringBuilder();
        Directive(header, "job-name", $"{experiment}-{number}");
        Directive(header, "array", string.Create(CultureInfo.InvariantCulture, $"1-{tasks}{limit}"));
        Directive(header, "cpus-per-task", options.CpusPerTask.ToString(CultureInfo.InvariantCulture));
        Directive(header, "gres", options.Gres);
        Directive(header, "mem", options.Memory);
        Common(header, name + "_%a");
        Directive(header, "requeue", "");
        Directive(header, "signal", string.Create(CultureInfo.InvariantCulture, $"B:USR1@{SecondsBefore}"));
        Further(header);
        return $$"""
            #!/bin/bash
            {{header}}
            # Level {{number}} of {{experiment}}: {{content}}. Line n of {{name}}.tasks has the keys of task n.
            cd -- {{ShellWord.Quote(commands.WorkingFolder)}} || exit 1
            folder={{ShellWord.Quote(folder)}}
            store={{ShellWord.Quote(store)}}
            line=$(sed -n "${SLURM_ARRAY_TASK_ID}p" "$folder/{{name}}.tasks")
            keys=${line%%#*}

            # Shortly before the time limit Slurm sends USR1 to this script. The stage run then ends with a checkpoint, and the job goes
            # back into the queue. TERM goes to all processes of a job that is cancelled or preempted; the script waits for the stage run.
            out_of_time=
            trap 'out_of_time=1; kill -TERM "$stage"' USR1
            trap : TERM
            {{commands.Stage("$keys")}} &
            stage=$!
            wait "$stage"; code=$?
            while kill -0 "$stage" 2>/dev/null; do wait "$stage"; code=$?; done

            # Results and checkpoints of this task; a job that adds nothing to them between two time limits would come back for ever.
            kept() { for key in $keys; do ls -d "$store/entries/${key:0:2}/$key" "$store/checkpoints/$key"/*; done 2>/dev/null; }
            if [ -n "$out_of_time" ] && [ "$code" = 143 ]; then
                before=$folder/{{name}}_$SLURM_ARRAY_TASK_ID.kept
                if [ -e "$before" ] && [ "$(kept)" = "$(cat "$before")" ]; then
                    echo "From one time limit to the next nothing more was finished or written: give the jobs more with --time." >&2
                else
                    kept > "$before"
                    scontrol requeue "$SLURM_JOB_ID" || echo "The job could not be put back: run the same command again." >&2
                fi
            fi
            exit "$code"

            """;
    }

    /// <summary>The lines that say which stage runs the tasks of a level carry out.</summary>
    /// <param name="level">The level.</param>
    /// <param name="keyOf">The key of a stage run.</param>
    public static string Tasks(JobLevel level, Func<StageRunNode, string> keyOf) =>
        string.Concat(
            level.Tasks.Select(t => $"{string.Join(' ', t.StageRuns.Select(keyOf))} # {string.Join(' ', t.StageRuns.Select(n => n.Id))}\n")
        );

    /// <summary>The script that makes the run's folder and report of what is in the store.</summary>
    public string Gathering()
    {
        var header = new StringBuilder();
        Directive(header, "job-name", $"{experiment}-report");
        Common(header, GatheringName);
        Further(header);
        return $"""
            #!/bin/bash
            {header}
            # Makes the run's folder and report of what is in the store.
            cd -- {ShellWord.Quote(commands.WorkingFolder)} || exit 1
            exec {commands.Gather}

            """;
    }

    /// <summary>The name of the last job's script, without ending.</summary>
    public const string GatheringName = "report";

    /// <summary>The name of the files of a level, without ending.</summary>
    public static string NameOf(JobLevel level) => $"level-{level.Number.ToString(CultureInfo.InvariantCulture)}";

    void Common(StringBuilder header, string output)
    {
        Directive(header, "partition", options.Partition);
        Directive(header, "time", options.Time);
        Directive(header, "account", options.Account);
        Directive(header, "qos", options.Qos);
        Directive(header, "constraint", options.Constraint);
        // In the name of an output, a percent sign stands for something.
        Directive(header, "output", $"{folder.Replace("%", "%%")}/{output}.out");
        Directive(header, "open-mode", "append");
    }

    /// <summary>What the user gives as it stands: the last line about something is the one that counts.</summary>
    void Further(StringBuilder header)
    {
        foreach (string argument in options.Arguments)
            header.Append("#SBATCH ").Append(argument).Append('\n');
    }

    /// <summary>A line that sbatch reads: words there end at blanks, and are quoted as in a shell.</summary>
    static void Directive(StringBuilder header, string option, string? value)
    {
        if (value is null)
            return;
        bool plain = value.All(c => char.IsAsciiLetterOrDigit(c) || "_-./:=+%,@".Contains(c));
        string text = plain ? value : $"\"{value.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
        header.Append("#SBATCH --").Append(option).Append(value.Length > 0 ? "=" : "").Append(text).Append('\n');
    }
}

/// <summary>What jobs run.</summary>
/// <param name="WorkingFolder">The folder in which they run.</param>
/// <param name="Stage">The command that runs stage runs, given the shell's word for their keys.</param>
/// <param name="Gather">The command that makes the run's folder of what is in the store.</param>
sealed record JobCommands(string WorkingFolder, Func<string, string> Stage, string Gather);
