using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Runtime.Tests.Models;
using DcrDsl.Specs;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>What stage runs are given of the model before them.</summary>
public class ProductShelfTests
{
    static readonly SupervisedFineTuning Adapted = new() { General = ToyWorld.AlignmentGeneral, Adapter = new Lora() };

    [Theory]
    [InlineData("Align", "Dcr")]
    [InlineData("Dcr", "Align")]
    public void What_trains_beside_the_weights_has_those_of_the_others_and_what_trains_them_its_own(params string[] order)
    {
        using var scope = NewDisposeScope();
        var plan = Plan.Of(FakeExperiment.Of().With(("Align", Adapted), ("AlignAug", Adapted)), new Selection { Seeds = [0] });
        var learnt = plan.StageRuns.Single(n => n.Stage.Name == "Learn");
        using var shelf = new ProductShelf(Reuse.Nothing(plan), _ => throw new NotSupportedException());
        var model = ToyWorldModel.Create(new ToyLlama { Layers = 1, Width = 16 }, seed: 0, CPU);
        shelf.Put(learnt, new ModelProduct(model));

        var taken = order.Append("AlignAug").ToDictionary(stage => stage, Take);
        Assert.Same(model, taken["AlignAug"]);
        Assert.Equal(taken["Align"].Decoder.Parameters.Count, InCommon("Align", "AlignAug"));
        Assert.Equal(0, InCommon("Dcr", "Align"));
        Assert.Equal(0, InCommon("Dcr", "AlignAug"));
        foreach (var one in taken.Values)
            one.Dispose();

        LanguageModel Take(string stage)
        {
            using var given = shelf.InputOf(learnt.Children.Single(c => c.Stage.Name == stage));
            return given.TakeModel();
        }

        int InCommon(string one, string other) => SharedParameters.Count(taken[one].Decoder, taken[other].Decoder);
    }

    [Fact]
    public void The_last_one_that_trains_the_weights_takes_copies_while_others_have_them()
    {
        using var scope = NewDisposeScope();
        var plan = Plan.Of(FakeExperiment.Of().With(("Align", Adapted)), new Selection { Seeds = [0], Arms = ["STL", "DCR"] });
        var learnt = plan.StageRuns.Single(n => n.Stage.Name == "Learn");
        using var shelf = new ProductShelf(Reuse.Nothing(plan), _ => throw new NotSupportedException());
        var model = ToyWorldModel.Create(new ToyLlama { Layers = 1, Width = 16 }, seed: 0, CPU);
        shelf.Put(learnt, new ModelProduct(model));
        using var beside = Take(adapts: true);
        using var trained = Take(adapts: false);
        Assert.Same(model, trained);
        Assert.Equal(0, SharedParameters.Count(trained.Decoder, beside.Decoder));

        LanguageModel Take(bool adapts)
        {
            using var given = shelf.InputOf(learnt.Children.Single(c => c.HasAdapter == adapts));
            return given.TakeModel();
        }
    }
}
