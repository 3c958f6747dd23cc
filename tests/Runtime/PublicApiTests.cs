using System.Reflection;
using PublicApiGenerator;

namespace DcrDsl.Runtime.Tests;

/// <summary>
/// What others can build on, a file for each project: a change of it shows as a change of the file. Public is what generated programs call
/// and what users write or read; everything else is internal.
/// </summary>
public class PublicApiTests
{
    static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false };

    public static TheoryData<string> Projects => ["DcrDsl.Specs", "DcrDsl.Jinja", "DcrDsl.Tokenizers", "DcrDsl", "DcrDsl.Cli"];

    [Theory, MemberData(nameof(Projects))]
    public Task Of(string project)
    {
        string text = Assembly.Load(project).GeneratePublicApi(Options).ReplaceLineEndings("\n") + "\n";
        return Snapshot.Verify(text, "txt", project, this);
    }
}
