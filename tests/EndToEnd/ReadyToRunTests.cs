using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>
/// Programs that are compiled ahead hold the same IL, from which the versions of the numerics are read, so keys of stage runs do not hang
/// on how a program was built.
/// </summary>
public class ReadyToRunTests
{
    [Theory]
    [InlineData("src", "DcrDsl")]
    [InlineData("src", "DcrDsl.Specs")]
    [InlineData("src", "DcrDsl.Cli")]
    public void Compiling_ahead_leaves_the_IL_as_it_was(string room, string name)
    {
        string build = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string before = Path.Combine(CommandLine.Repository, room, name, "obj", build, "net10.0", $"{name}.dll");
        string ahead = Path.Combine(CommandLine.Repository, "experiments", "obj", build, "net10.0", "ready", $"{name}.dll");
        Assert.SkipUnless(
            File.Exists(ahead),
            "the experiments were not compiled ahead: no build in Release, or no crossgen2 for this machine"
        );

        using var one = new PEReader(File.OpenRead(before));
        using var two = new PEReader(File.OpenRead(ahead));
        MetadataReader original = one.GetMetadataReader(),
            compiled = two.GetMetadataReader();
        Assert.NotNull(two.PEHeaders.CorHeader);
        Assert.True(two.PEHeaders.CorHeader.ManagedNativeHeaderDirectory.Size > 0, "there is no machine code in it");
        Assert.Equal(original.GetGuid(original.GetModuleDefinition().Mvid), compiled.GetGuid(compiled.GetModuleDefinition().Mvid));
        Assert.Equal(original.MethodDefinitions.Count, compiled.MethodDefinitions.Count);
        Assert.All(
            original.MethodDefinitions.Zip(compiled.MethodDefinitions),
            pair =>
            {
                var (first, second) = (original.GetMethodDefinition(pair.First), compiled.GetMethodDefinition(pair.Second));
                Assert.Equal(original.GetString(first.Name), compiled.GetString(second.Name));
                Assert.Equal(Body(one, first.RelativeVirtualAddress), Body(two, second.RelativeVirtualAddress));
            }
        );
    }

    static byte[] Body(PEReader image, int address) => address == 0 ? [] : image.GetMethodBody(address).GetILBytes() ?? [];
}
