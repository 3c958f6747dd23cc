namespace DcrDsl.Tool.Tests;

public sealed class ProjectFileTests : IDisposable
{
    const string Program = """<Project><ItemGroup><PackageReference Include="DcrDsl.Cli" /></ItemGroup></Project>""";
    readonly ToolRun.Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_program_of_a_solution_is_found_and_its_tests_are_none()
    {
        string program = folder.Write("MyLab/MyLab.csproj", Program);
        folder.Write(
            "MyLab.Tests/MyLab.Tests.csproj",
            Program.Replace("DcrDsl.Cli\" />", "DcrDsl.Cli\" /><PackageReference Include=\"xunit.v3\" />")
        );
        folder.Write("Other/Other.csproj", "<Project />");
        Assert.Equal(program, ProjectFile.In(folder.Path));
        Assert.Equal(program, ProjectFile.In(Path.Combine(folder.Path, "MyLab")));
        Assert.Equal(program, ProjectFile.In(program));
    }

    [Fact]
    public void None_and_several_are_told_with_what_to_do()
    {
        Assert.Contains("dcr new", Assert.Throws<InputException>(() => ProjectFile.In(folder.Path)).Message, StringComparison.Ordinal);
        folder.Write("A/A.csproj", Program);
        folder.Write("B/B.csproj", Program);
        string message = Assert.Throws<InputException>(() => ProjectFile.In(folder.Path)).Message;
        Assert.Contains(Path.Combine("A", "A.csproj") + ", " + Path.Combine("B", "B.csproj"), message, StringComparison.Ordinal);
        Assert.Contains(
            "no such folder",
            Assert.Throws<InputException>(() => ProjectFile.In(Path.Combine(folder.Path, "C"))).Message,
            StringComparison.Ordinal
        );
    }
}
