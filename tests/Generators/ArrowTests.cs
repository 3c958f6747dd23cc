using System.Reflection;
using System.Text.RegularExpressions;

namespace DcrDsl.Generators.Tests;

/// <summary>The arrows of docs/architecture.md inside the generator: what each room may know.</summary>
public class ArrowTests
{
    static readonly string Generator = Path.GetFullPath(
        Path.Combine(
            typeof(ArrowTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "ProjectFolder").Value!,
            "..",
            "..",
            "generators",
            "DcrDsl.Generators"
        )
    );

    /// <summary>
    /// The rooms, each with those that it may use. Neither front end knows the other, and what is emitted knows models, not how they came
    /// about.
    /// </summary>
    static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["Values"] = [],
        ["Diagnostics"] = ["Values"],
        ["Schema"] = ["Values"],
        ["Draft"] = ["Values", "Diagnostics"],
        ["CSharp"] = ["Values", "Diagnostics", "Draft"],
        ["Yaml"] = ["Values", "Diagnostics", "Draft"],
        ["Content"] = ["Values", "Diagnostics", "Draft"],
        // JSON is YAML too: a model's config.json is read as such.
        ["Rules"] = ["Values", "Diagnostics", "Draft", "Yaml"],
        ["Model"] = ["Values", "Diagnostics", "Draft", "CSharp", "Yaml", "Rules"],
        ["Emit"] = ["Values", "Diagnostics", "Model"],
    };

    public static TheoryData<string> Names => [.. Rooms.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_room_uses_those_before_it(string room)
    {
        var files = Directory.GetFiles(Path.Combine(Generator, room), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.Empty(
            from file in files
            let text = File.ReadAllText(file)
            from other in Rooms.Keys.Append(nameof(ExperimentGenerator))
            where other != room && !Rooms[room].Contains(other) && Named(text, other)
            select $"{Path.GetRelativePath(Generator, file)} uses {other}"
        );
    }

    /// <summary>What stands outside of the rooms would be seen by all of them without a using.</summary>
    [Fact]
    public void Only_the_generator_itself_stands_outside_of_the_rooms()
    {
        Assert.Equal(["ExperimentGenerator.cs"], Directory.GetFiles(Generator, "*.cs").Select(f => Path.GetFileName(f)));
        Assert.Equal(
            Rooms.Keys.Order(StringComparer.Ordinal),
            Directory
                .GetDirectories(Generator)
                .Select(d => Path.GetFileName(d))
                .Where(d => d is not ("bin" or "obj"))
                .Order(StringComparer.Ordinal)
        );
    }

    /// <summary>Whether a file opens a room, names something of it with the room before it, or names the generator.</summary>
    static bool Named(string text, string room) =>
        room == nameof(ExperimentGenerator)
            ? Regex.IsMatch(text, $@"\b{room}\b")
            : Regex.IsMatch(text, $@"\bGenerators\.{room}\b|(?<![\w.""]){room}\.[A-Z]\w");
}
