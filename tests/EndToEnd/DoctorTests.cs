using System.Text.Json;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>The check of a device over generated programs, with the processor as the device.</summary>
public class DoctorTests
{
    [Fact]
    public async Task Every_stage_that_smoke_trains_makes_the_same_on_one_thread_and_goes_on_after_a_stop()
    {
        var answer = await CommandLine.Run("doctor", "smoke", "--device", "cpu", "--threads", "2", "--json");
        Assert.Equal(0, answer.Code);
        using var said = JsonDocument.Parse(answer.Output);
        var checks = said.RootElement.GetProperty("checks").EnumerateArray().ToList();
        foreach (string stage in (string[])["Learn", "Dcr", "Align", "AlignLoRA"])
        foreach (string part in (string[])["training step", "weights", "resume"])
        {
            var check = Assert.Single(checks, c => Is(c, part) && Name(c).StartsWith($"smoke: {stage} ", StringComparison.Ordinal));
            Assert.True(check.GetProperty("holds").GetBoolean(), check.GetRawText());
            if (part == "resume")
                Assert.Equal(0, check.GetProperty("difference").GetDouble());
        }
        Assert.Equal(3 * 4, checks.Count(c => Is(c, "training step") || Is(c, "weights") || Is(c, "resume")));

        static bool Is(JsonElement check, string part) => check.GetProperty("part").GetString() == part;

        static string Name(JsonElement check) => check.GetProperty("name").GetString()!;
    }

    /// <summary>What the program lists of files, with what is known of published ones.</summary>
    [Fact]
    public async Task Data_lists_what_the_real_model_reads()
    {
        var answer = await CommandLine.Run("data", "real-model");
        Assert.Equal((0, ""), (answer.Code, answer.Errors));
        Assert.Contains("{data}/or-bench/or-bench-toxic.csv", answer.Output, StringComparison.Ordinal);
        Assert.Contains("OrBenchToxic: https://", answer.Output, StringComparison.Ordinal);
        Assert.Contains("--path data=DIR", answer.Output, StringComparison.Ordinal);
    }

    /// <summary>The tool starts every verb of a program that it has not itself.</summary>
    [Fact]
    public async Task The_tool_knows_every_verb_of_a_program()
    {
        string table = await File.ReadAllTextAsync(
            Path.Combine(CommandLine.Repository, "src", "DcrDsl.Tool", "ProgramVerbs.cs"),
            TestContext.Current.CancellationToken
        );
        var answer = await CommandLine.Run("[suggest:2]", "x ");
        string[] own = ["completion", "doctor", "schema"],
            verbs = [.. answer.Output.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && char.IsLetter(l[0])).Except(own)];
        Assert.True(verbs.Length > 8, answer.Output);
        Assert.All(verbs, verb => Assert.Contains($"(\"{verb}\", ", table, StringComparison.Ordinal));
        Assert.Equal(verbs.Length, table.Split('\n').Count(l => l.TrimStart().StartsWith("(\"", StringComparison.Ordinal)));
    }
}
