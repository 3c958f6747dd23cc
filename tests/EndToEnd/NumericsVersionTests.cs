using DcrDsl.Definition;
using DcrDsl.Execution.Numerics;
using DcrDsl.Experiments;
using DcrDsl.Planning;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>The versions of the code behind the stage runs of the experiments that come with DcrDsl.</summary>
public class NumericsVersionTests
{
    static readonly string[] WithoutNumbers = ["DcrDsl.Reports.", "DcrDsl.Results.", "DcrDsl.Cli.", "Spectre.", "Microsoft.Extensions."];

    public static TheoryData<string> Experiments => [.. DcrCatalog.Experiments.Select(e => e.Name)];

    [Theory, MemberData(nameof(Experiments))]
    public void Every_stage_run_has_one_and_nothing_that_only_shows_numbers_is_in_it(string experiment)
    {
        var runs = Plan.Of(DcrCatalog.Experiments.Single(e => e.Name == experiment), Selection.Everything).StageRuns;
        Assert.All(
            runs,
            run =>
            {
                var version = NumericsVersion.Of(run);
                Assert.Equal(64, version.Digest.Length);
                Assert.Contains("TorchSharp", version.Methods.Keys);
                Assert.Contains(SymbolNames.Program, version.Methods.Keys);
                Assert.Contains(
                    version.Methods.Keys,
                    m => m.StartsWith("DcrDsl.Tensors.TorchStartup.Initialize(", StringComparison.Ordinal)
                );
                Assert.DoesNotContain(version.Methods.Keys, m => WithoutNumbers.Any(w => m.StartsWith(w, StringComparison.Ordinal)));
            }
        );
    }

    [Fact]
    public void Stage_runs_that_begin_alike_have_one()
    {
        var plans = DcrCatalog.Experiments.Select(e => Plan.Of(e, new Selection { Seeds = [0, 1] }));
        var runs = plans.SelectMany(p => p.StageRuns).ToList();
        var byBeginning = runs.ToLookup(NumericsVersion.BeginningOf);
        Assert.All(byBeginning, alike => Assert.Single(alike.Select(r => NumericsVersion.Of(r).Digest).Distinct()));
        // Another seed begins alike, or nothing would be saved.
        Assert.All(runs.Where(r => r.Seed is not null), r => Assert.True(byBeginning[NumericsVersion.BeginningOf(r)].Count() > 1, r.Id));
    }

    [Fact]
    public void Each_loss_has_its_own_and_what_follows_has_one()
    {
        var runs = Plan.Of(ObjectivesProgram.Definition, new Selection { Seeds = [0] }).StageRuns;
        var refined = runs.Where(r => r.Stage.Property == "Dcr").ToDictionary(r => r.Values.Single().Value.Label, NumericsVersion.Of);
        Assert.Equal(8, refined.Values.Select(v => v.Digest).Distinct().Count());
        Assert.Single(
            refined,
            v => v.Value.Methods.Keys.Any(m => m.StartsWith("DcrDsl.Objectives.ContrastiveLoss.SupCon(", StringComparison.Ordinal))
        );
        // The loss is a parent's.
        Assert.Single(runs.Where(r => r.Stage.Property == "Align").Select(r => NumericsVersion.Of(r).Digest).Distinct());
    }

    [Fact]
    public void A_loss_of_ones_own_is_in_it()
    {
        var runs = Plan.Of(OwnObjectiveProgram.Definition, new Selection { Seeds = [0] }).StageRuns;
        var own = runs.Where(r => r.Stage.Property == "Dcr" && r.Values.Single().Value.Value is CosineHingeLoss).ToList();
        Assert.NotEmpty(own);
        Assert.All(
            own,
            r =>
                Assert.Contains(
                    NumericsVersion.Of(r).Methods.Keys,
                    m => m.StartsWith("DcrDsl.Experiments.OwnLosses.Mean(", StringComparison.Ordinal)
                )
        );
    }

    /// <summary>Only then can one experiment take what another has stored.</summary>
    [Fact]
    public void Experiments_that_declare_a_stage_alike_share_its_version()
    {
        NumericsVersion Of(ExperimentDefinition definition, string stage) =>
            NumericsVersion.Of(Plan.Of(definition, new Selection { Seeds = [0] }).StageRuns.First(r => r.Stage.Name == stage));

        Assert.Equal(Of(ObjectivesProgram.Definition, "Base").Methods, Of(LayersProgram.Definition, "Base").Methods);
        Assert.Equal(Of(ObjectivesProgram.Definition, "Learn").Digest, Of(LayersProgram.Definition, "Learn").Digest);
    }
}
