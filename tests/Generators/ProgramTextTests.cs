using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;

namespace DcrDsl.Generators.Tests;

/// <summary>
/// The text of a program, which the command line shows, in the assembly that holds it. All strings of an assembly may be 16 MB together, or
/// it does not compile (CS8103).
/// </summary>
public class ProgramTextTests
{
    [Fact]
    public void It_takes_no_room_among_the_strings_of_an_assembly()
    {
        var run = GeneratorRun.Of(Declaration.CSharp());
        string program = run.Output.SyntaxTrees.Single(t => t.FilePath.EndsWith(".Program.g.cs", StringComparison.Ordinal)).ToString();
        using var image = new MemoryStream();
        Assert.True(run.Output.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);
        image.Position = 0;
        using var assembly = new PEReader(image);
        int strings = assembly.GetMetadataReader().GetHeapSize(HeapIndex.UserString);

        // A thousand experiments fit.
        Assert.InRange(strings, 1, (1 << 24) / 1000);
        Assert.True(Encoding.Unicode.GetByteCount(program) > (1 << 24) / 1000, "the text alone would not");
    }
}
