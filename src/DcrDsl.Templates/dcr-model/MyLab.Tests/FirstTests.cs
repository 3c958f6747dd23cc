using System.Runtime.CompilerServices;
using DcrDsl.Execution;
using DcrDsl.Results;

namespace MyLab.Tests;

public class FirstTests
{
    /// <summary>A change of the declaration shows in a pull request as a change of the training program.</summary>
    [Fact]
    public void The_training_program_is_the_one_that_was_reviewed() =>
        ProgramSnapshot.Of(FirstProgram.Definition).Verify("First.verified.cs");

    /// <summary>
    /// Needs the model: MYLAB_MODEL names its directory. The first run writes First.received.json; look at it and rename it to
    /// First.verified.json.
    /// </summary>
    [Fact]
    public async Task The_experiment_gives_the_numbers_that_were_reviewed()
    {
        string? model = Environment.GetEnvironmentVariable("MYLAB_MODEL");
        Assert.SkipWhen(model is null, "MYLAB_MODEL names no model directory.");
        // Paths of prompts count from the solution's folder, as on the command line.
        Directory.SetCurrentDirectory(Path.Combine(Here(), ".."));
        string folder = Directory.CreateTempSubdirectory("MyLab").FullName;
        try
        {
            var ended = await ExperimentRun.StartAsync(
                FirstProgram.Definition,
                new RunSettings
                {
                    Folder = Path.Combine(folder, "run"),
                    Paths = new Dictionary<string, string> { ["model"] = Path.GetFullPath(model) },
                },
                cancellation: TestContext.Current.CancellationToken
            );
            ResultSnapshot.Of(ended.Results).Verify("First.verified.json", new Tolerance { Share = 0.1, StandardErrors = 4 });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static string Here([CallerFilePath] string source = "") => Path.GetDirectoryName(source)!;
}
