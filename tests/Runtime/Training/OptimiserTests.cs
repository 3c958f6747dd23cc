using DcrDsl.Data;
using DcrDsl.Training;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Training;

public class OptimiserTests
{
    static Tensor Normal(string purpose, int step, params long[] shape)
    {
        var stream = new RandomStream(11, purpose, step);
        double[] values = new double[shape.Aggregate(1L, (a, b) => a * b)];
        foreach (ref double v in values.AsSpan())
            v = stream.NextNormal();
        return tensor(values).reshape(shape);
    }

    // The formula of golden/optim/README.md, element by element. 70,001 elements: several threads, and a tail that fills no vector.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_fused_update_equals_the_plain_formula_in_float64(bool amsgrad)
    {
        const double beta1 = 0.8,
            beta2 = 0.95,
            epsilon = 1e-6,
            decay = 0.1;
        using var scope = NewDisposeScope();
        var parameter = Normal("p", 0, 70_001).requires_grad_();
        double[] p = TensorAssert.Doubles(parameter),
            m = new double[p.Length],
            v = new double[p.Length],
            largest = new double[p.Length];
        using var adamw = new AdamW([parameter], beta1, beta2, epsilon, decay, amsgrad);
        for (int t = 1; t <= 20; t++)
        {
            double rate = 0.01 * t;
            parameter.grad = Normal("g", t, 70_001);
            double[] g = TensorAssert.Doubles(parameter.grad);
            adamw.Step(rate);
            for (int i = 0; i < p.Length; i++)
            {
                m[i] = beta1 * m[i] + (1 - beta1) * g[i];
                v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
                largest[i] = amsgrad ? Math.Max(largest[i], v[i]) : v[i];
                p[i] =
                    p[i] * (1 - rate * decay)
                    - rate / (1 - Math.Pow(beta1, t)) * m[i] / (Math.Sqrt(largest[i]) / Math.Sqrt(1 - Math.Pow(beta2, t)) + epsilon);
            }
        }
        TensorAssert.Close(tensor(p), parameter, 1e-12, 1e-14, "parameter after 20 steps");
    }

    /// <summary>What gradients hold is free for the next forward pass.</summary>
    [Theory]
    [InlineData("AdamW")]
    [InlineData("Adam")]
    [InlineData("Sgd")]
    public void A_step_lets_go_of_the_gradients_it_has_taken(string name)
    {
        using var scope = NewDisposeScope();
        var (parameter, untouched) = (ones(3).requires_grad_(), ones(3).requires_grad_());
        using IOptimiser optimiser = name switch
        {
            "AdamW" => new AdamW([parameter, untouched], beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1),
            "Adam" => new Adam([parameter, untouched], beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1),
            _ => new Sgd([parameter, untouched], momentum: 0.9),
        };
        parameter.grad = ones(3);

        optimiser.Step(0.1);
        Assert.True(parameter.grad is null);
        float[] after = parameter.data<float>().ToArray();
        Assert.All(after, w => Assert.NotEqual(1, w));
        optimiser.Step(0.1);

        Assert.Equal(after, parameter.data<float>().ToArray());
        Assert.All(untouched.data<float>().ToArray(), w => Assert.Equal(1, w));
    }

    [Fact]
    public void A_batch_in_two_halves_is_the_batch()
    {
        using var scope = NewDisposeScope();
        var (whole, halves) = (Train(parts: 1), Train(parts: 2));
        TensorAssert.Close(whole, halves, 1e-12, 1e-14, "weights after 10 steps");

        static Tensor Train(int parts)
        {
            var weights = Normal("w", 0, 3, 2).requires_grad_();
            using var adamw = new AdamW([weights]);
            for (int step = 0; step < 10; step++)
            {
                var (x, y) = (Normal("x", step, 8, 3), Normal("y", step, 8, 2));
                for (int part = 0; part < parts; part++)
                {
                    var (rows, answers) = (x.chunk(parts)[part], y.chunk(parts)[part]);
                    ((rows.matmul(weights) - answers).square().mean() / parts).backward();
                }
                Gradients.Clip([weights], 1);
                adamw.Step(0.01);
                adamw.ZeroGradients();
            }
            return weights;
        }
    }

    public static TheoryData<string> Kinds => ["AdamW", "AMSGrad", "Adam", "SGD"];

    static IOptimiser Make(string kind, params Tensor[] parameters) =>
        kind switch
        {
            "AdamW" => new AdamW(parameters),
            "AMSGrad" => new AdamW(parameters, amsgrad: true),
            "Adam" => new Adam(parameters, weightDecay: 0.1),
            _ => new Sgd(parameters, momentum: 0.9, dampening: 0.5),
        };

    [Theory, MemberData(nameof(Kinds))]
    public void A_run_that_is_resumed_from_exported_state_ends_with_the_same_bits(string kind)
    {
        using var scope = NewDisposeScope();
        Tensor[] straight = Fresh(),
            resumed = Fresh();
        using var first = Make(kind, straight);
        Run(first, straight, 0, 8);

        Dictionary<string, Tensor> saved;
        using (var before = Make(kind, resumed))
        {
            Run(before, resumed, 0, 3);
            saved = before.ExportState().ToDictionary(s => s.Name, s => s.Value.clone());
        }
        using var after = Make(kind, resumed);
        after.ImportState(saved);
        Run(after, resumed, 3, 8);
        foreach (var (a, b) in straight.Zip(resumed))
            Assert.True(a.bytes.SequenceEqual(b.bytes));

        static Tensor[] Fresh() => [Normal("a", 0, 5, 7).to(float32).requires_grad_(), Normal("b", 0, 7).to(float32).requires_grad_()];

        static void Run(IOptimiser optimiser, Tensor[] parameters, int from, int to)
        {
            for (int step = from; step < to; step++)
            {
                using var inner = NewDisposeScope();
                parameters[0].grad = Normal("ga", step, 5, 7).to(float32);
                if (step % 2 == 1)
                    parameters[1].grad = Normal("gb", step, 7).to(float32);
                optimiser.Step(0.01);
                optimiser.ZeroGradients();
            }
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Foreign_state_is_refused_and_changes_nothing(string kind)
    {
        using var scope = NewDisposeScope();
        using var own = Make(kind, zeros(2).requires_grad_());
        using var wider = Make(kind, zeros(3).requires_grad_());
        using var longer = Make(kind, zeros(2).requires_grad_(), zeros(2).requires_grad_());
        foreach (var (_, value) in wider.ExportState().Concat(longer.ExportState()))
            value.fill_(1);
        foreach (var foreign in new[] { wider, longer })
            Assert.Throws<InputException>(() => own.ImportState(foreign.ExportState().ToDictionary(s => s.Name, s => s.Value)));
        Assert.Throws<InputException>(() => own.ImportState(new Dictionary<string, Tensor>()));
        Assert.All(own.ExportState(), s => Assert.Equal(0, s.Value.sum().item<float>()));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void State_outlives_the_scope_it_was_made_in_and_a_step_leaves_nothing_behind(string kind)
    {
        var parameter = ones(3).requires_grad_();
        IOptimiser optimiser;
        using (NewDisposeScope())
            optimiser = Make(kind, parameter);
        using (var scope = NewDisposeScope())
        {
            var gradient = ones(3);
            int before = scope.DisposablesCount;
            for (int step = 0; step < 2; step++)
            {
                parameter.grad = gradient;
                optimiser.Step(0.1);
            }
            optimiser.ZeroGradients();
            Assert.Equal(before, scope.DisposablesCount);
        }
        Assert.Null(parameter.grad);
        Assert.All(optimiser.ExportState(), s => Assert.False(s.Value.IsInvalid));
        Assert.All(
            optimiser.ExportState().Where(s => s.Name.EndsWith("step", StringComparison.Ordinal)),
            s => Assert.Equal(2f, s.Value.item<float>())
        );
        optimiser.Dispose();
        parameter.Dispose();
    }

    [Fact]
    public void Two_cells_on_two_threads_get_the_bits_of_one_thread()
    {
        byte[] alone = Train(0);
        byte[][] together = new byte[16][];
        Parallel.For(0, together.Length, i => together[i] = Train(0));
        Assert.All(together, bytes => Assert.Equal(alone, bytes));

        static byte[] Train(int seed)
        {
            using var scope = NewDisposeScope();
            var parameter = Normal("p", seed, 40, 50).to(float32).requires_grad_();
            using var adamw = new AdamW([parameter]);
            for (int step = 0; step < 30; step++)
            {
                using var inner = NewDisposeScope();
                parameter.square().sum().backward();
                Gradients.Clip([parameter], 1);
                adamw.Step(0.01);
                adamw.ZeroGradients();
            }
            return parameter.bytes.ToArray();
        }
    }

    [Fact]
    public void A_transposed_gradient_goes_to_the_right_elements()
    {
        using var scope = NewDisposeScope();
        var (plain, transposed) = (zeros(2, 3).requires_grad_(), zeros(2, 3).requires_grad_());
        plain.grad = arange(6, float32).reshape(2, 3) - 2;
        transposed.grad = plain.grad.t().contiguous().t();
        using AdamW a = new([plain]),
            b = new([transposed]);
        a.Step(0.1);
        b.Step(0.1);
        TensorAssert.Close(plain, transposed, 0, 0, "parameter");
    }

    [Fact]
    public void Parameters_that_cannot_be_trained_in_place_are_refused()
    {
        using var scope = NewDisposeScope();
        var good = zeros(2, 3).requires_grad_();
        Refused("stored as BFloat16", zeros(2, bfloat16).requires_grad_());
        Refused("requires a gradient", zeros(2));
        Refused("leaf", good * 2);
        Refused("contiguous", zeros(2, 3).t().requires_grad_());
        Refused("twice", good, good);
        Refused("one type", good, zeros(2, float64).requires_grad_());
        Refused("no parameter");

        static void Refused(string why, params Tensor[] parameters)
        {
            Assert.Contains(why, Assert.Throws<ArgumentException>(() => new AdamW(parameters)).Message);
            Assert.Contains(why, Assert.Throws<ArgumentException>(() => new Sgd(parameters)).Message);
        }
    }
}
