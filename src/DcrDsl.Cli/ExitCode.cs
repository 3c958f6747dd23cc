namespace DcrDsl.Cli;

/// <summary>What the program says to the shell when it ends.</summary>
public static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>What the user gave cannot be used, or something unexpected happened; a sentence on the error stream says what.</summary>
    public const int Mistake = 1;

    /// <summary>The command line cannot be read.</summary>
    public const int Usage = 2;

    /// <summary>
    /// Some cells failed; the others are finished or, where the first failure stops the run, can be by the same command.
    /// </summary>
    public const int CellsFailed = 3;

    /// <summary>All cells are finished, and their numbers are not those of the lock.</summary>
    public const int OtherNumbers = 4;

    /// <summary>Stopped with Ctrl-C; what was finished is kept, and the same command goes on.</summary>
    public const int Stopped = 130;

    /// <summary>The same by SIGTERM.</summary>
    public const int Terminated = 143;

    /// <summary>The same by SIGHUP: the terminal was closed.</summary>
    public const int HungUp = 129;

    internal const string Help = """
        Exit codes:
          0    all went well
          1    something given cannot be used, or an unexpected error; a sentence on the error stream says what
          2    the command line cannot be read
          3    some cells failed; the others are finished, or with --fail-fast not run
          4    all cells are finished, and their numbers are not those of the lock
          130  stopped with Ctrl-C; what was finished is kept, and the same command goes on
          143  the same by SIGTERM
          129  the same by SIGHUP, as of a terminal that was closed
        """;
}
