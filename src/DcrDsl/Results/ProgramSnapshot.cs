using System.Runtime.CompilerServices;
using DcrDsl.Definition;

namespace DcrDsl.Results;

/// <summary>
/// The generated training program as a text that can be checked in, so that whatever changes how an experiment trains, a declaration or
/// another version of DcrDsl, shows as a change of the program.
/// </summary>
/// <example><code>
/// ProgramSnapshot.Of(QuickStartProgram.Definition).Verify("QuickStart.verified.cs");
/// </code></example>
public sealed class ProgramSnapshot
{
    readonly string text;

    ProgramSnapshot(string text) => this.text = text;

    /// <summary>The program of an experiment.</summary>
    public static ProgramSnapshot Of(ExperimentDefinition experiment) => new(Lines(experiment.Source));

    /// <summary>The program; lines end with a line feed on every system.</summary>
    public override string ToString() => text;

    /// <summary>
    /// Holds this against a file that is checked in. Another program is written beside it, as <c>NAME.received.cs</c>: to accept it, rename
    /// it to <c>NAME.verified.cs</c>. It depends on no test framework.
    /// </summary>
    /// <param name="file">The file, which ends with <c>.verified.cs</c>; a relative path begins at the folder of the calling source file.
    /// The project does not compile it: <c>&lt;Compile Remove="**/*.verified.cs;**/*.received.cs" /&gt;</c>.</param>
    /// <param name="source">The calling source file; the compiler gives it.</param>
    /// <exception cref="SnapshotException">There is no such file, or the program is another; the sentence says the first line.</exception>
    /// <exception cref="InputException">The file cannot be found, read or written.</exception>
    public void Verify(string file, [CallerFilePath] string source = "")
    {
        var verified = VerifiedFile.At(file, "cs", source);
        verified.Verify(text, expected => Lines(expected) == text ? null : (Sentence(verified.Verified, Lines(expected)), []));
    }

    string Sentence(string file, string expected)
    {
        string[] was = expected.Split('\n'),
            came = text.Split('\n');
        int line = was.Zip(came).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"The program is not that of {file}, from line {line + 1} on:\n  {At(was, line)}\n  {At(came, line)}";

        static string At(string[] lines, int line) => line < lines.Length ? lines[line].Trim() : "(the end)";
    }

    static string Lines(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);
}
