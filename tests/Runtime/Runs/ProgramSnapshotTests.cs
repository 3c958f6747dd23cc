using DcrDsl.Results;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>The generated program as a text that is checked in.</summary>
public sealed class ProgramSnapshotTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    static ProgramSnapshot Program(string source) => ProgramSnapshot.Of(FakeExperiment.Of([]) with { Source = source });

    [Fact]
    public void A_new_program_fails_until_it_is_accepted_and_another_says_from_which_line()
    {
        string verified = Path.Combine(root, "First.verified.cs"),
            received = Path.Combine(root, "First.received.cs");
        Assert.Equal(
            $"There is no snapshot {verified} yet. If what was received is right, rename {received} to First.verified.cs.",
            Assert.Throws<SnapshotException>(() => Program("a\nb\n").Verify(verified)).Message
        );
        File.Move(received, verified);
        Program("a\nb\n").Verify(verified);

        Assert.Equal(
            $"The program is not that of {verified}, from line 2 on:\n  b\n  c\n"
                + $"If what was received is right, rename {received} to First.verified.cs.",
            Assert.Throws<SnapshotException>(() => Program("a\n  c\n").Verify(verified)).Message
        );
        Assert.Equal("a\n  c\n", File.ReadAllText(received));

        Program("a\nb\n").Verify(verified);
        Assert.False(File.Exists(received));
    }

    [Fact]
    public void A_program_that_goes_on_says_so()
    {
        string verified = Path.Combine(root, "First.verified.cs");
        File.WriteAllText(verified, "a");
        Assert.Contains(
            "from line 2 on:\n  (the end)\n  b\n",
            Assert.Throws<SnapshotException>(() => Program("a\nb").Verify(verified)).Message
        );
    }

    [Fact]
    public void Line_ends_of_another_system_are_the_same_program()
    {
        string verified = Path.Combine(root, "First.verified.cs");
        File.WriteAllText(verified, "a\r\nb\r\n");
        Program("a\nb\n").Verify(verified);
    }

    [Fact]
    public void A_program_is_kept_in_a_file_that_ends_with_verified_cs() =>
        Assert.Contains("ends with .verified.cs", Assert.Throws<InputException>(() => Program("a").Verify("First.verified.json")).Message);
}
