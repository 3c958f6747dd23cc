using System.ComponentModel;
using System.Diagnostics;

namespace DcrDsl.Execution.Slurm;

/// <summary>Slurm's own commands.</summary>
static class Sbatch
{
    const string Program = "sbatch";

    /// <summary>The arguments that submit a script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="after">The jobs that have to be over, however they end: what they have made is in the store or is not.</param>
    public static IReadOnlyList<string> Arguments(string script, IReadOnlyList<string> after) =>
        ["--parsable", .. after.Count == 0 ? Array.Empty<string>() : [$"--dependency=afterany:{string.Join(':', after)}"], script];

    /// <summary>Makes sure that jobs can be submitted from here.</summary>
    /// <exception cref="InputException">There is no Slurm here.</exception>
    public static void Require() => Run(Program, ["--version"]);

    /// <summary>Submits a script.</summary>
    /// <returns>The job's number.</returns>
    /// <exception cref="InputException">There is no Slurm here, or it refuses the job.</exception>
    public static string Submit(string script, IReadOnlyList<string> after)
    {
        var (code, output, errors) = Run(Program, Arguments(script, after));
        // The number, and behind a semicolon the cluster where there are several.
        string number = output.Trim().Split(';')[0];
        if (code == 0 && number.Length > 0 && number.All(char.IsAsciiDigit))
            return number;
        string why = string.Join(
            "; ",
            errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(WithoutProgram).Distinct()
        );
        throw new InputException($"Slurm does not take {script}: {(why.Length > 0 ? why : "it says nothing more")}.");
    }

    /// <summary>Takes jobs back; those that are over stay so.</summary>
    public static void Cancel(IReadOnlyList<string> jobs)
    {
        if (jobs.Count > 0)
            _ = Run("scancel", jobs);
    }

    /// <summary>
    /// Which jobs of this user wait or run. None where the queue cannot be asked: what is asked for twice is then run twice.
    /// </summary>
    public static IReadOnlySet<string> InQueue()
    {
        try
        {
            return Run("squeue", ["--noheader", "--me", "--format=%F"]).Output.Split((char[]?)null).ToHashSet();
        }
        catch (InputException)
        {
            return new HashSet<string>();
        }
    }

    static string WithoutProgram(string line) =>
        line[(line.LastIndexOf("error: ", StringComparison.Ordinal) is >= 0 and var i ? i + 7 : 0)..];

    static (int Code, string Output, string Errors) Run(string program, IReadOnlyList<string> arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, errors.Result);
        }
        catch (Win32Exception)
        {
            throw new InputException(
                $"There is no {program} here: give the command on a machine from which jobs are submitted, or add --dry-run to see them."
            );
        }
    }
}
