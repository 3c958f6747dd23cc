namespace DcrDsl.EndToEnd.Tests;

/// <summary>
/// Slurm's commands in small, to be put before the others on the PATH: a job runs at once when it is submitted, after those that it depends
/// on, a task after the other. What it was given is written down.
/// </summary>
sealed class FakeSlurm : IDisposable
{
    readonly CommandLine.TemporaryFolder folder = new();

    public FakeSlurm()
    {
        // Numbers count up; a partition called "nowhere" is not known, and LOST-LEVEL_TASK is a task that is gone without a trace.
        Write(
            "sbatch",
            $$"""
            #!/bin/bash
            [ "$1" = --version ] && { echo slurm fake; exit; }
            here={{folder.Path}}
            echo "sbatch $*" >> "$here/commands"
            script=${!#}
            if grep -q -- '--partition=nowhere' "$script"; then
                printf 'sbatch: error: invalid partition specified: nowhere\nsbatch: error: Batch job submission failed: '  >&2
                echo 'Invalid partition name specified' >&2
                exit 1
            fi
            number=$(( $(cat "$here/last" 2>/dev/null || echo 0) + 1 ))
            [ "$number" = "$(cat "$here/most" 2>/dev/null)" ] && { echo 'sbatch: error: Job violates accounting/QOS policy' >&2; exit 1; }
            echo "$number" > "$here/last"
            echo "$number"
            output=$(sed -n 's/^#SBATCH --output=//p' "$script" | tr -d '"')
            array=$(sed -n 's/^#SBATCH --array=1-//p' "$script" | cut -d% -f1)
            sed 's/--await-parents 60s/--await-parents 0s/' "$script" > "$here/$number.sh"
            for task in $(seq "${array:-1}"); do
                name=$(basename "$script" .sh)_$task
                [ -e "$here/lost-$name" ] && continue
                SLURM_JOB_ID=$number SLURM_ARRAY_TASK_ID=$task bash "$here/$number.sh" >> "${output/\%a/$task}" 2>&1
                echo "$name $?" >> "$here/ends"
            done
            """
        );
        Write("squeue", "#!/bin/bash\ncat {0}/queue 2>/dev/null || true\n");
        Write("scancel", "#!/bin/bash\necho \"scancel $*\" >> {0}/commands\n");
    }

    /// <summary>With these commands before the others.</summary>
    public (string Name, string Value) Path =>
        ("PATH", $"{folder.Path}{System.IO.Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}");

    /// <summary>The commands that were given.</summary>
    public string[] Commands => Read("commands");

    /// <summary>The exit code of each task that was run.</summary>
    public string[] Ends => Read("ends");

    /// <summary>Lets a task be gone without a trace, as of somebody who cancels it.</summary>
    public void Lose(string task) => File.WriteAllText(folder.In("lost-" + task), "");

    /// <summary>Loses nothing any more, and forgets what it was given.</summary>
    public void Recover()
    {
        foreach (string file in Directory.GetFiles(folder.Path, "lost-*").Append(folder.In("commands")).Append(folder.In("ends")))
            File.Delete(file);
    }

    /// <summary>Says that a job waits.</summary>
    public void Queue(string job) => File.WriteAllText(folder.In("queue"), job + "\n");

    /// <summary>Refuses the job of a number.</summary>
    public void Refuse(string job) => File.WriteAllText(folder.In("most"), job + "\n");

    public void Dispose() => folder.Dispose();

    string[] Read(string file) => File.Exists(folder.In(file)) ? File.ReadAllLines(folder.In(file)) : [];

    void Write(string name, string script)
    {
        string path = folder.In(name);
        File.WriteAllText(path, script.Replace("{0}", folder.Path) + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
