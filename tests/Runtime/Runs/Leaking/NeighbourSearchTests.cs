using DcrDsl.Data.Corpus;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Execution;
using DcrDsl.Execution.Leaking;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs.Leaking;

/// <summary>Each prompt's nearest training prompt by the base model's own hidden states.</summary>
public class NeighbourSearchTests
{
    static readonly string[] Prompts = [.. Texts(ToyWorldPart.Evaluation, 12), Texts(ToyWorldPart.Refinement, 9)[7]],
        Trained = [.. Texts(ToyWorldPart.Refinement, 30), Texts(ToyWorldPart.Refinement, 1)[0]];

    static string[] Texts(ToyWorldPart part, int take) =>
        [
            .. ToyWorldCorpus
                .Load(
                    new ToyWorldPrompts
                    {
                        Part = part,
                        Class = PromptClass.Toxic,
                        Take = take,
                    },
                    0
                )
                .Select(e => e.Prompt),
        ];

    static Cell Cell => Plan.Of(ToyExperiment.Of(("base", [ToyExperiment.Base])), Selection.Everything).Cells[0];

    /// <summary>Against cosines computed one by one, in 64 bits, for both ways to make a vector.</summary>
    [Theory]
    [InlineData(PromptVector.Mean, 1)]
    [InlineData(PromptVector.LastToken, 2)]
    public void The_nearest_is_that_of_all_cosines(PromptVector vector, int layer)
    {
        var found = new NeighbourSearch(new ExecutionOptions(torch.CPU, 1)).Nearest(
            Cell,
            new Neighbours
            {
                Layer = layer,
                Vector = vector,
                Batch = 5,
            },
            (Prompts, Trained),
            TestContext.Current.CancellationToken
        );
        var spec = (ToyLlama)Cell.Evaluation.Root.Spec;
        using var model = ToyWorldModel.Create(spec, 0, torch.CPU);
        using var frozen = torch.no_grad();
        double[][] prompts = States(Prompts),
            trained = States(Trained);
        Assert.Equal(Prompts.Length, found.Count);
        foreach (var (i, (text, similarity)) in found.Index())
        {
            double[] cosines = [.. trained.Select(t => Cosine(prompts[i], t))];
            Assert.Equal(cosines.Max(), similarity, 1e-5);
            Assert.Equal(cosines.Max(), cosines[text], 1e-5);
        }
        Assert.Equal((7, 1.0), (found[^1].Text, Math.Round(found[^1].Similarity, 5)));
        Assert.InRange(found.SkipLast(1).Max(f => f.Similarity), -1, 0.99999);

        double[][] States(string[] texts) =>
            PooledStates.Of(
                model,
                [.. texts.Select(model.Chat.Prompt)],
                [layer],
                vector == PromptVector.Mean ? HiddenStates.Mean : HiddenStates.LastPromptToken,
                batch: 1,
                TestContext.Current.CancellationToken
            )[layer];
    }

    [Fact]
    public void A_layer_that_the_model_lacks_is_named()
    {
        var search = new NeighbourSearch(new ExecutionOptions(torch.CPU, 1));
        Assert.Contains(
            "there is no layer 7 in a model of 2",
            Assert
                .Throws<InputException>(() =>
                    search.Nearest(Cell, new Neighbours { Layer = 7 }, (Prompts, Trained), TestContext.Current.CancellationToken)
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>Far ones are listed as neighbours, those above the threshold are overlaps too, unless they overlap more closely.</summary>
    [Fact]
    public void Near_prompts_are_overlaps()
    {
        var plan = Plan.Of(ToyExperiment.Of(("tuned", [ToyExperiment.Base, ToyExperiment.Learn])), Selection.Everything);
        var declared = plan.Definition.With(
            (
                "Score",
                new EvaluationGrid
                {
                    Tasks = [new PromptTask { Name = "Toxic", Prompts = ToyWorld.ToxicPrompts with { Take = 20 } }],
                    Leakage = new Leakage { Neighbours = new Neighbours { Similarity = 0.9 } },
                }
            ),
            ("Learn", new Pretrain { Data = ToyWorld.RefinementToxic with { Take = 100 } })
        );
        var found = PlanLeakage.Of(
            Plan.Of(declared, Selection.Everything),
            DcrDsl.Definition.RunPaths.None,
            [],
            new NeighbourSearch(new ExecutionOptions(torch.CPU, 1)),
            TestContext.Current.CancellationToken
        )!;
        Assert.Equal(20, found.Neighbours.Count);
        var near = found.Neighbours.Where(n => n.Similarity >= 0.9).ToList();
        Assert.InRange(near.Count, 1, 20);
        Assert.Equal(near.Select(n => n.Item), found.Overlaps.Select(o => o.Item));
        Assert.All(found.Overlaps, o => Assert.Equal((OverlapKind.Near, "Learn.Data"), (o.Kind, o.Source)));
        Assert.Equal(0.9, found.Compared.Rules.Single().Similarity);
    }

    static double Cosine(double[] a, double[] b) =>
        a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x)) / Math.Sqrt(b.Sum(x => x * x));
}
