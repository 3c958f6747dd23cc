using System.Globalization;
using DcrDsl.Generators.Emit;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Tests;

/// <summary>One experiment that fails takes none of the others with it.</summary>
public class OneFailsAloneTests
{
    [Fact]
    public void An_exception_in_the_emitter_names_its_declaration_and_leaves_the_others()
    {
        var generator = new ExperimentGenerator(emission =>
            emission.Experiment.Name is "test" or "broken"
                ? Emitted.Failed(emission, new InvalidOperationException("made to fail\nin two lines"))
                : Emitted.Of(emission)
        );
        var run = GeneratorRun.Of(
            new ProjectSettings { Generator = generator },
            [("Experiment.cs", Declaration.CSharp())],
            ("broken.dcr.yaml", Declaration.Yaml(name: "broken")),
            ("twin.dcr.yaml", Declaration.Yaml(name: "twin"))
        );

        var errors = run
            .Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)
            .OrderBy(d => d.GetMessage(CultureInfo.InvariantCulture), StringComparer.Ordinal)
            .ToList();
        Assert.All(errors, e => Assert.Equal("DCR099", e.Id));
        Assert.Equal(2, errors.Count);
        Assert.StartsWith(
            "The generator failed on experiment 'broken', which is a defect of DcrDsl (the other experiments are generated all the "
                + "same): InvalidOperationException: made to fail in two lines",
            errors[0].GetMessage(CultureInfo.InvariantCulture)
        );
        Assert.Equal(
            ("broken.dcr.yaml", 0),
            (errors[0].Location.GetLineSpan().Path, errors[0].Location.GetLineSpan().StartLinePosition.Line)
        );
        Assert.Equal(
            ("Experiment.cs", 3),
            (errors[1].Location.GetLineSpan().Path, errors[1].Location.GetLineSpan().StartLinePosition.Line)
        );
        Assert.Equal(
            ["DcrCatalog.g.cs", "Experiments.Twin.Definition.g.cs", "Experiments.Twin.Program.g.cs", "Experiments.Twin.Results.g.cs"],
            run.Result.GeneratedSources.Select(s => s.HintName).Order()
        );
        Assert.Contains("TwinProgram.Definition", run.File("DcrCatalog.g.cs"));
        Assert.DoesNotContain("BrokenProgram", run.File("DcrCatalog.g.cs"));
        Assert.Empty(run.BuildDiagnostics.Select(d => d.ToString()));
    }

    [Fact]
    public void An_experiment_that_is_refused_leaves_the_others_in_the_catalog()
    {
        var run = GeneratorRun.Of(
            Declaration.CSharp(learn: "new() { Data = ToyWorld.Pretraining, Steps = Nonsense() }"),
            ("twin.dcr.yaml", Declaration.Yaml(name: "twin")),
            ("bad.dcr.yaml", "experiment: [a")
        );
        Assert.Contains("TwinProgram.Definition", run.File("DcrCatalog.g.cs"));
        Assert.DoesNotContain("TestProgram", run.File("DcrCatalog.g.cs"));
    }

    [Theory]
    [
        InlineData("learn", "{ type: Pretrain, data: ToyWorld.Pretraining, schedule: none }"),
        InlineData("learn", "{ type: Pretrain, data: ToyWorld.Pretraining, optimiser: none }")
    ]
    [InlineData("score", "{ type: EvaluationGrid, tasks: [ToyWorld.Toxic], decoding: none }")]
    [
        InlineData("score", "{ type: EvaluationGrid, tasks: none }"),
        InlineData("score", "{ type: EvaluationGrid, tasks: [{ name: none, prompts: none }] }")
    ]
    public void A_value_left_out_that_is_needed_is_an_error_in_its_file_alone(string stage, string value)
    {
        string declaration = stage == "learn" ? Declaration.Yaml(name: "bad", learn: value) : Declaration.Yaml(name: "bad", score: value);
        var run = GeneratorRun.Of("", ("bad.dcr.yaml", declaration), ("twin.dcr.yaml", Declaration.Yaml(name: "twin")));
        Assert.All(run.Diagnostics, d => Assert.Equal("bad.dcr.yaml", d.Location.GetLineSpan().Path));
        Assert.Contains(run.Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.Contains("TwinProgram.Definition", run.File("DcrCatalog.g.cs"));
        Assert.Empty(run.BuildDiagnostics.Select(d => d.ToString()));
    }
}
