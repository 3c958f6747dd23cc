using System.Globalization;
using DcrDsl.Generators.CSharp;

namespace DcrDsl.Generators.Tests;

public class VocabularyVersionTests
{
    // A vocabulary in the project itself stands for one of another package.
    static GeneratorRun With(string version) =>
        GeneratorRun.Of(
            $$"""
            [assembly: System.Reflection.AssemblyInformationalVersion("{{version}}")]
            namespace DcrDsl.Specs { sealed class DcrExperimentAttribute : System.Attribute { } }
            """
        );

    [Fact]
    public void A_vocabulary_of_another_version_is_an_error_that_names_both()
    {
        var diagnostic = Assert.Single(With("99.0.0-beta.1+0123abc").Diagnostics);
        Assert.Equal("DCR072", diagnostic.Id);
        Assert.Equal(
            $"Experiments are declared in DcrDsl.Specs 99.0.0-beta.1, and the generator is that of DcrDsl {VocabularyVersion.Own}; "
                + "reference all packages of DcrDsl in one version",
            diagnostic.GetMessage(CultureInfo.InvariantCulture)
        );
    }

    [Fact]
    public void Another_commit_of_the_same_version_is_none() => Assert.Empty(With(VocabularyVersion.Own + "+0123abc").Diagnostics);
}
