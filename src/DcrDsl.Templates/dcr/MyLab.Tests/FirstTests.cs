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
    /// Results are the same to the last digit on one machine and differ by rounding between machines, hence the tolerance. After a change
    /// that is meant, run the test and rename First.received.json.
    /// </summary>
    [Fact]
    public async Task The_experiment_gives_the_numbers_that_were_reviewed()
    {
        string folder = Directory.CreateTempSubdirectory("MyLab").FullName;
        try
        {
            var ended = await ExperimentRun.StartAsync(
                FirstProgram.Definition,
                new RunSettings { Folder = Path.Combine(folder, "run") },
                cancellation: TestContext.Current.CancellationToken
            );
            ResultSnapshot.Of(ended.Results).Verify("First.verified.json", new Tolerance { Share = 0.1, StandardErrors = 4 });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
