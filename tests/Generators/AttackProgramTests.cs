using System.Globalization;

namespace DcrDsl.Generators.Tests;

/// <summary>What attacks are as programs, and every mistake in them at its place, in both notations, in the same words.</summary>
public class AttackProgramTests
{
    public static TheoryData<string, string, string, string> Mistakes =>
        new()
        {
            {
                "DCR065",
                "The attack 'PromptTemplate' has a Text without {prompt}, so that it would ask the same of all; put {prompt} into it",
                "new PromptTemplate { Text = \"sure\" }",
                "type: PromptTemplate, text: sure"
            },
            {
                "DCR065",
                "The attack 'Base64' is put on the task 'Toxik', which there is not; did you mean 'Toxic'?",
                "new Base64 { Tasks = [\"Toxik\"] }",
                "type: Base64, tasks: [Toxik]"
            },
            {
                "DCR065",
                "The attack 'Base64' is put on the task 'General', which has no toxic or seemingly toxic prompts; take it out of Tasks",
                "new Base64 { Tasks = [\"General\"] }",
                "type: Base64, tasks: [General]"
            },
            {
                "DCR065",
                "The attack 'Rot13' puts fewer than two attacks one upon the other; name them in Steps",
                "new Combination { Steps = [new Rot13()] }",
                "type: Combination, steps: [Rot13]"
            },
            {
                "DCR065",
                "The attack 'ManyShot' has a Shot without {response}, so that it would ask the same of all; put {response} into it",
                "new ManyShot { Path = \"a.csv\", Shot = \"{prompt}\" }",
                "type: ManyShot, path: a.csv, shot: \"{prompt}\""
            },
            {
                "DCR065",
                "The attack 'Translated' does not say to which language; name it, for example Language = \"Zulu\"",
                "new Translated { Path = \"a.csv\" }",
                "type: Translated, path: a.csv"
            },
            { "DCR050", "Suffix", "new Suffix()", "type: Suffix" },
            { "DCR006", "Shots", "new ManyShot { Path = \"a.csv\", Shots = 0 }", "type: ManyShot, path: a.csv, shots: 0" },
            {
                "DCR020",
                "'Base64'",
                "new Base64(), new Base64 { Text = \"{prompt}!\" }",
                "type: Base64 }, { type: Base64, text: \"{prompt}!\""
            },
            { "DCR020", "'Best'", "new Base64 { Name = \"Best\" }", "type: Base64, name: Best" },
            { "DCR020", "'a b'", "new Base64 { Name = \"a b\" }", "type: Base64, name: a b" },
        };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void It_is_reported_in_both_notations(string id, string says, string csharp, string yaml)
    {
        var declared = Assert.Single(CSharp(csharp).Diagnostics);
        var twin = Assert.Single(GeneratorRun.Of("", ("test.dcr.yaml", Declaration.Yaml(score: Yaml(yaml)))).Diagnostics);
        Assert.Equal((id, id), (declared.Id, twin.Id));
        Assert.Contains(says, declared.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        // The same, in the words of the other notation.
        Assert.Contains(
            says.Replace(" = \"", ": \"", StringComparison.Ordinal),
            twin.GetMessage(CultureInfo.InvariantCulture),
            StringComparison.OrdinalIgnoreCase
        );
    }

    [Fact]
    public void Attacks_are_written_with_their_names_and_general_prompts_are_asked_as_they_are()
    {
        var run = CSharp("new PrefixInjection(), new Base64 { Tasks = [\"Toxic\"] }, new Suffix { Path = \"{data}/s.txt\" }");
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.BuildDiagnostics);
        string program = run.File("Test.Program.g.cs");
        Assert.Contains("new(\"PrefixInjection\", Attacks.PrefixInjection()),", program);
        Assert.Contains("new(\"Suffix\", Attacks.Suffix(path: run.Path(\"{data}/s.txt\"))),", program);
        Assert.Contains("[attacks[0], attacks[2]], seed,", program);
        Assert.Contains("return new Answers([.. seeminglyToxic, .. toxic, general], model.Chat);", program);
        string results = run.File("Test.Results.g.cs");
        Assert.Contains("public AttackResults Base64 => arm.Attack(\"Base64\");", results);
        Assert.Contains("public AttackResults Best => arm.Attack(NamedAttack.Best);", results);
    }

    [Fact]
    public void Without_attacks_a_program_is_as_it_was()
    {
        string program = GeneratorRun.Of(Declaration.CSharp()).File("Test.Program.g.cs");
        Assert.DoesNotContain("ttack", program);
    }

    [Fact]
    public void An_attack_of_ones_own_is_called_like_ours()
    {
        const string Own = """
            /// <summary>Backwards.</summary>
            [RuntimeCall("OwnAttacks.Backwards")]
            public sealed record Backwards : Attack
            {
                /// <summary>Says so.</summary>
                public bool SaysSo { get; init; } = true;
            }

            static class OwnAttacks
            {
                public static DcrDsl.Evaluation.Attacking.IAttack Backwards(bool saysSo) =>
                    DcrDsl.Evaluation.Attacking.Attacks.PromptTemplate("{prompt}");
            }
            """;
        foreach (
            string attacks in new[] { "new Backwards { SaysSo = false }", "new Combination { Steps = [new Backwards(), new Rot13()] }" }
        )
        {
            var run = GeneratorRun.Of(Declaration.CSharp(score: CSharpScore(attacks), after: Own));
            Assert.Empty(run.Diagnostics);
            Assert.Empty(run.BuildDiagnostics);
            Assert.Contains("global::OwnAttacks.Backwards(saysSo: ", run.File("Test.Program.g.cs"));
        }
    }

    static GeneratorRun CSharp(string attacks) => GeneratorRun.Of(Declaration.CSharp(score: CSharpScore(attacks)));

    static string CSharpScore(string attacks) =>
        $"new() {{ Tasks = [ToyWorld.SeeminglyToxic, ToyWorld.Toxic, ToyWorld.General], Attacks = [{attacks}] }}";

    static string Yaml(string attack) =>
        $"{{ type: EvaluationGrid, tasks: [ToyWorld.SeeminglyToxic, ToyWorld.Toxic, ToyWorld.General], attacks: [{{ {attack} }}] }}";
}
