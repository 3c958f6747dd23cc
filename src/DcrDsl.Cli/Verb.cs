using System.CommandLine;

namespace DcrDsl.Cli;

/// <summary>A verb of the program: its command and lines that show how it is used.</summary>
/// <param name="Command">The command.</param>
/// <param name="Examples">Gives command lines, without the program's name.</param>
sealed record Verb(Command Command, Func<IReadOnlyList<string>> Examples);
