using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Planning;

namespace DcrDsl.Runtime.Tests.Runs;

public class StageScheduleTests
{
    static readonly AxisDefinition Layer = FakeExperiment.Axis("Dcr.Layer", 1, 2, 3);

    [Fact]
    public void A_cell_is_scored_as_soon_as_its_model_is_there()
    {
        var taken = Order(Plan.Of(FakeExperiment.Of([Layer]), Selection.Everything));

        foreach (var (index, node) in taken.Index())
            if (node.Stage.Body is Answer)
                Assert.Same(node.Parent, taken[index - 1]);
    }

    [Fact]
    public void After_three_fifths_of_the_stage_runs_more_than_two_fifths_of_the_cells_are_scored()
    {
        var plan = Plan.Of(FakeExperiment.Of([Layer]), new Selection { Seeds = [.. Enumerable.Range(0, 6)] });
        var taken = Order(plan);

        int scored = taken.Take(taken.Count * 3 / 5).Count(n => n.Stage.Body is Answer);

        Assert.Equal(30, plan.Cells.Count);
        Assert.InRange(scored, 15, 30);
    }

    /// <summary>
    /// A model is needed from the end of its stage run until its last child begins (training takes it over) or ends (an evaluation reads
    /// it).
    /// </summary>
    [Fact]
    public void However_many_seeds_there_are_few_models_are_in_memory()
    {
        Assert.Equal(MostModels(seeds: 2), MostModels(seeds: 20));
        Assert.InRange(MostModels(seeds: 20), 1, 3);
    }

    static int MostModels(int seeds)
    {
        var left = new Dictionary<StageRunNode, int>();
        int most = 0;
        foreach (var node in Order(Plan.Of(FakeExperiment.Of([Layer]), new Selection { Seeds = [.. Enumerable.Range(0, seeds)] })))
        {
            if (node.Children.Count > 0)
                left.Add(node, node.Children.Count);
            most = Math.Max(most, left.Count);
            if (node.Parent is { } parent && --left[parent] == 0)
                left.Remove(parent);
        }
        return most;
    }

    /// <summary>
    /// Two workers and the stages of the quick start: for an odd number of seeds one at a time leaves a worker idle while the other trains
    /// the last seed's base.
    /// </summary>
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(20)]
    public void No_worker_is_idle_for_long(int seeds)
    {
        double SecondsOf(StageRunNode node) =>
            node.Stage.Name switch
            {
                "Learn" => 19.7,
                "Align" => 7.7,
                "Dcr" => 1.9,
                _ => 0.6,
            };
        double WayOf(StageRunNode node) => SecondsOf(node) + node.Children.Select(WayOf).DefaultIfEmpty().Max();

        var plan = Plan.Of(FakeExperiment.Of([Layer]), new Selection { Seeds = [.. Enumerable.Range(0, seeds)] });
        double least = Math.Max(plan.StageRuns.Sum(SecondsOf) / 2, plan.StageRuns.Where(n => n.Parent is null).Max(WayOf));
        Assert.InRange(End(plan, workers: 2, SecondsOf), least - 1e-9, least * 1.06);
    }

    /// <summary>When a run ends whose stage runs take these times.</summary>
    static double End(Plan plan, int workers, Func<StageRunNode, double> seconds)
    {
        var schedule = new StageSchedule(plan.StageRuns, workers);
        var running = new PriorityQueue<StageRunNode, double>();
        int ready = plan.StageRuns.Count(n => n.Parent is null);
        double now = 0;
        for (int over = 0; over < plan.StageRuns.Count; over++)
        {
            for (; running.Count < workers && ready > 0 && schedule.TryTake(out var next); ready--)
                running.Enqueue(next, now + seconds(next));
            Assert.True(running.TryDequeue(out var node, out now));
            schedule.Complete(node, TimeSpan.FromSeconds(seconds(node)));
            ready += node.Children.Count;
        }
        return now;
    }

    static List<StageRunNode> Order(Plan plan)
    {
        var schedule = new StageSchedule(plan.StageRuns, workers: 1);
        var taken = new List<StageRunNode>();
        while (schedule.TryTake(out var node))
        {
            taken.Add(node);
            schedule.Complete(node, TimeSpan.FromSeconds(1));
        }
        Assert.Equal(plan.StageRuns.Count, taken.Count);
        return taken;
    }
}
