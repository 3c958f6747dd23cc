using DcrDsl.Generators.Model;

namespace DcrDsl.Generators.Tests;

/// <summary>Generated code names the declaration's file the same on every machine.</summary>
public class DeclaredFileTests
{
    [Theory]
    [InlineData("/home/a/project/", "/home/a/project/ablations/layers.dcr.yaml", "ablations/layers.dcr.yaml")]
    [InlineData("/home/a/project/", "/home/a/project/QuickStart.cs", "QuickStart.cs")]
    [InlineData("/home/a/project/", "/home/a/shared/QuickStart.cs", "QuickStart.cs")]
    [InlineData("/home/a/project/", "/home/a/project2/QuickStart.cs", "QuickStart.cs")]
    [InlineData(@"C:\work\project\", @"C:\work\project\paper\RealModel.cs", "paper/RealModel.cs")]
    [InlineData("", "/home/a/project/ablations/layers.dcr.yaml", "layers.dcr.yaml")]
    [InlineData("/home/a/project/", @"C:\work\QuickStart.cs", "QuickStart.cs")]
    [InlineData("", "ablations/layers.dcr.yaml", "ablations/layers.dcr.yaml")]
    [InlineData("", "../shared/QuickStart.cs", "QuickStart.cs")]
    [InlineData("", "Experiment.cs", "Experiment.cs")]
    public void It_is_the_path_in_the_project_or_the_name(string project, string path, string expected) =>
        Assert.Equal(expected, DeclaredFile.In(project, path));
}
