using System.CommandLine;
using DcrDsl.Definition;
using DcrDsl.Execution.Locks;
using DcrDsl.Planning;
using DcrDsl.Results;

namespace DcrDsl.Cli;

/// <summary>
/// <c>--lock</c> writes an experiment's lock, <c>--locked</c> holds a run against it. As of other tools the file lies beside what it locks:
/// the declaration.
/// </summary>
sealed class LockOptions
{
    // Of more differences than these, the rest is counted.
    const int Listed = 20;

    readonly Option<bool> write = new("--lock")
    {
        Description =
            "Writes NAME.lock.json beside the declaration: what decides about the numbers (options, data, code, versions), and the "
            + "numbers.",
    };

    readonly Option<bool> check = new("--locked")
    {
        Description = "Runs nothing unless it is what NAME.lock.json describes, else names what differs; then compares the numbers.",
    };

    readonly Option<string?> file = new("--lock-file")
    {
        HelpName = "FILE",
        Description = "The lock, where it does not lie beside the declaration.",
    };

    readonly Option<string[]> tolerance = new("--tolerance")
    {
        HelpName = "WHAT=DISTANCE",
        Description =
            "How far numbers of another machine may lie from those of the lock: share, nats or a metric by its name, relative, errors "
            + $"(standard errors over seeds). Default: what the lock says; of a new one {RunLock.DefaultTolerance}.",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(write);
        command.Options.Add(check);
        command.Options.Add(file);
        command.Options.Add(tolerance);
    }

    /// <summary>What is wanted; null: nothing.</summary>
    /// <exception cref="InputException">Options contradict each other, or it is not known where the lock lies.</exception>
    public RunLock? Of(ExperimentDefinition experiment, ParseResult parsed)
    {
        var (writes, checks) = (parsed.GetValue(write), parsed.GetValue(check));
        if (writes && checks)
            throw new InputException("--lock and --locked: one writes the lock and the other checks it, so give one of them.");
        string? given = parsed.GetValue(file);
        string[] distances = parsed.GetValue(tolerance) ?? [];
        if (!writes && !checks)
            return given is null && distances.Length == 0
                ? null
                : throw new InputException(
                    $"{(given is null ? "--tolerance" : "--lock-file")}: say whether the lock is to be written with --lock or checked with "
                        + "--locked."
                );
        var allowed = ToleranceList.Of(CommaList.Parts("--tolerance", distances, []));
        return new RunLock(given ?? Beside(experiment, AppContext.BaseDirectory), writes ? LockUse.Write : LockUse.Check)
        {
            Tolerance = allowed,
        };
    }

    /// <summary>The arguments of a run without what writes its lock: whoever repeats a run does not mean to lock it anew.</summary>
    public static IReadOnlyList<string> WithoutWriting(IReadOnlyList<string> arguments) =>
        arguments.Contains("--lock")
            ? [.. RepeatCommand.Without([.. RepeatCommand.Without([.. arguments.Where(a => a != "--lock")], "--lock-file")], "--tolerance")]
            : arguments;

    /// <summary>Says what became of a lock.</summary>
    /// <returns>Whether it holds, or there is none.</returns>
    public static bool Tell(LockOutcome? outcome, Terminal terminal)
    {
        if (outcome is null or { Holds: true })
        {
            if (outcome is not null)
                terminal.Tell(outcome.Sentence);
            return true;
        }
        foreach (var difference in outcome.Differences.Take(Listed))
            terminal.Tell($"  {difference}");
        if (outcome.Differences.Count > Listed)
            terminal.Tell(FormattableString.Invariant($"  and {outcome.Differences.Count - Listed} more"));
        terminal.Mistake(outcome.Sentence);
        return false;
    }

    /// <summary>The lock beside the file that declares the experiment.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="binaries">The program's folder.</param>
    internal static string Beside(ExperimentDefinition experiment, string binaries)
    {
        string name = Names.FileSafe(experiment.Name) + ".lock.json";
        if (
            ProjectFolder.Of(binaries, out _) is { } project
            && new FileInfo(Path.Combine(project.FullName, experiment.DeclaredIn)) is { Exists: true } declaration
        )
            return Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(declaration.DirectoryName!, name));
        throw new InputException(
            $"The lock of {experiment.Name} lies beside {experiment.DeclaredIn}, which is not to be found from this program's folder: say "
                + $"where the lock is with --lock-file {name}."
        );
    }
}
