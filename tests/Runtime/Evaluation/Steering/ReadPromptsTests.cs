using DcrDsl.Evaluation.Steering;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Runtime.Tests.Models;
using DcrDsl.Runtime.Tests.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Evaluation.Steering;

/// <summary>What is found by reading prompts together is what is found by reading each alone, whole, with its candidate in place.</summary>
public class ReadPromptsTests
{
    const int Positions = 3;

    static readonly int[] System = [.. Enumerable.Range(3, 20)],
        End = [57, 58, 59];

    static readonly int[] Openers = [5, 9];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Decoders => new MatrixTheoryData<string, bool>(DecoderSwitchesTests.Names, [true, false]);

    [Theory, MemberData(nameof(Decoders))]
    public void Means_scores_and_divergences_are_those_of_prompts_read_alone(string name, bool asTrees)
    {
        foreach (var (dtype, tolerance) in new[] { (ScalarType.Float32, 5e-5), (ScalarType.Float64, 1e-9) })
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            using var decoder = TestDecoder.Initialise(DecoderSwitchesTests.Configurations[name], 7, dtype);
            using var rows = asTrees ? null : decoder.Intervene(new Rows());
            SteeringPrompts over = Prompts("over", 1),
                general = Prompts("general", 2);
            var refusal = new RefusalScore(decoder, [.. Openers.Select(o => (long)o)], batch: 6, Cancellation);

            Tensor ofOver = Mean(over),
                ofGeneral = Mean(general);
            Close(Alone(decoder, over.Training), ofOver);
            Close(Alone(decoder, general.Training), ofGeneral);
            Assert.All(
                over.Training.Zip(refusal.Of(over.Training)),
                p => Assert.Equal(Score(Probabilities(decoder, p.First)), p.Second, tolerance)
            );

            var directions = Directions.Between(ofOver, ofGeneral);
            var search = new DirectionSearch(name, refusal, general, [2, 3]);
            double[][] before = [.. general.Validation.Select(p => Probabilities(decoder, p))];
            var ablated = search.Try(directions, (d, _) => new DirectionAblation(d), double.PositiveInfinity, over.Validation);
            var added = search.Try(directions, Addition, double.PositiveInfinity, scored: null);
            Assert.Equal(2 * Positions, ablated.Count);
            foreach (var (one, other) in ablated.Zip(added))
            {
                var direction = directions.At(one.Position + Positions, one.Block, CPU);
                using (var ablation = new DirectionAblation(direction))
                    Assert.Equal((Kl(ablation, before), Scores(ablation, over)), (one.Kl!.Value, one.Score!.Value), Within);
                using (var addition = Addition(direction, one.Block))
                    Assert.Equal((Kl(addition, before), Scores(addition, general)), (other.Kl!.Value, other.Score!.Value), Within);
            }

            Tensor Mean(SteeringPrompts of) => MeanStates.Of(decoder, of.Training, StreamSite.BlockInput, Positions, 6, Cancellation);

            double Kl(IIntervention changing, double[][] untouched)
            {
                using var standing = decoder.Intervene(changing);
                return general.Validation.Zip(untouched, (p, was) => Divergence(was, Probabilities(decoder, p))).Average();
            }

            double Scores(IIntervention changing, SteeringPrompts of)
            {
                using var standing = decoder.Intervene(changing);
                return of.Validation.Average(p => Score(Probabilities(decoder, p)));
            }

            void Close(Tensor expected, Tensor actual) => TensorAssert.Close(expected, actual, 0, tolerance, name);

            bool Within((double Kl, double Score) a, (double Kl, double Score) b) =>
                Math.Abs(a.Kl - b.Kl) < tolerance && Math.Abs(a.Score - b.Score) < tolerance;
        }
    }

    /// <summary>The pass that says which prompts are refused has their states too.</summary>
    [Theory, MemberData(nameof(Decoders))]
    public void States_of_those_that_are_refused_are_those_of_prompts_read_alone(string name, bool asTrees)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var decoder = TestDecoder.Initialise(DecoderSwitchesTests.Configurations[name], 7, ScalarType.Float64);
        using var rows = asTrees ? null : decoder.Intervene(new Rows());
        var prompts = Prompts("prompts", 1);
        var refusal = new RefusalScore(decoder, [.. Openers.Select(o => (long)o)], batch: 6, Cancellation);
        double[] scores = refusal.Of(prompts.Training);
        double median = scores.Order().ElementAt(scores.Length / 2);
        int[][] refused = [.. prompts.Training.Zip(scores).Where(p => p.Second > median).Select(p => p.First)];

        // The model refuses all of them or none.
        var kept = refusal.Kept(prompts, s => s > median + 1e-9, "scores", "");
        Assert.Equal(refused, kept.Training);
        Assert.True(kept.States!.Positions >= Positions);
        Assert.Equal(refused.Length, kept.States.Count);
        TensorAssert.Close(Alone(decoder, refused), kept.States.Mean(Positions), 0, 1e-9, name);
        double before = OperationCount.OfThread;
        using var model = new LanguageModel(decoder, new FakeExperiment.NoChat());
        TensorAssert.Close(kept.States.Mean(2), MeanStates.Of(model, kept, StreamSite.BlockInput, 2, 6, Cancellation), 0, 0, name);
        Assert.Equal(before, OperationCount.OfThread);
    }

    static DirectionAddition Addition(Tensor direction, int block) =>
        new(StreamSite.BlockInput, new Dictionary<int, Tensor> { [block] = direction }, strength: 1);

    /// <summary>Prompts of many lengths with one beginning and one end, one of which another goes on from.</summary>
    static SteeringPrompts Prompts(string name, int seed)
    {
        int[][] all =
        [
            .. Enumerable
                .Range(0, 26)
                .Select(i => (int[])[.. System, .. Enumerable.Range(0, i * 7 % 11).Select(t => (seed + i + 3 * t) % 50), .. End]),
        ];
        return new(name, "", [.. all[..13], [.. all[3], .. End]], all[13..], given: 0);
    }

    static Tensor Alone(Decoder decoder, IReadOnlyList<int[]> prompts)
    {
        var sum = zeros([Positions, decoder.Config.Layers, decoder.Config.HiddenSize], float64);
        foreach (int[] prompt in prompts)
        {
            using var reading = new StreamReading(StreamSite.BlockInput, Positions);
            using (decoder.Intervene(reading))
                decoder.Forward(Row(prompt));
            sum.add_(stack([.. reading.States.Values.Select(s => s[0].to(float64))], 1));
        }
        return sum / (double)prompts.Count;
    }

    static double[] Probabilities(Decoder decoder, int[] prompt)
    {
        using var scope = NewDisposeScope();
        return [.. decoder.Head(decoder.Forward(Row(prompt)).select(1, -1)).to(float64).softmax(-1).data<double>()];
    }

    static Tensor Row(int[] prompt) => tensor(Array.ConvertAll(prompt, t => (long)t), [1, prompt.Length]);

    static double Divergence(double[] before, double[] now) =>
        before.Zip(now, (p, q) => p * (Math.Log(p + 1e-6) - Math.Log(q + 1e-6))).Sum();

    static double Score(double[] probabilities)
    {
        double refusal = Openers.Sum(o => probabilities[o]);
        return Math.Log(refusal + 1e-8) - Math.Log(1 - refusal + 1e-8);
    }

    /// <summary>Says that rows of a batch are changed by themselves, so that they cannot be read as a tree.</summary>
    sealed class Rows : IIntervention
    {
        public bool TellsRowsApart => true;

        public bool StandsAt(StreamSite site, int block) => false;

        public Tensor Apply(Tensor states, StreamVisit visit) => states;
    }
}
