using System.Reflection;
using DcrDsl.Data;
using DcrDsl.Objectives;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Objectives;

/// <summary>What every loss over pairs of answers owes, whatever its formula; the numbers themselves golden/dpo holds.</summary>
public class PreferenceLossTests
{
    static readonly Dictionary<string, Func<Tensor, Tensor, Tensor, Tensor>> Losses = new()
    {
        ["Sigmoid"] = (p, r, n) => PreferenceLoss.Sigmoid(p, r, n, 0.3),
        ["Conservative"] = (p, r, n) => PreferenceLoss.Conservative(p, r, n, 0.3, 0.2),
        ["Robust"] = (p, r, n) => PreferenceLoss.Robust(p, r, n, 0.3, 0.2),
        ["Ipo"] = (p, r, n) => PreferenceLoss.Ipo(p, r, n, 0.3, lengthNormalised: false),
        ["Ipo, by length"] = (p, r, n) => PreferenceLoss.Ipo(p, r, n, 0.3, lengthNormalised: true),
        ["Hinge"] = (p, r, n) => PreferenceLoss.Hinge(p, r, n, 0.3),
        ["LengthNormalisedSigmoid"] = (p, r, n) => PreferenceLoss.LengthNormalisedSigmoid(p, r, n, 0.3),
    };

    [Fact]
    public void Every_objective_of_the_vocabulary_is_held() =>
        Assert.Equal(
            typeof(Specs.PreferenceObjective)
                .Assembly.GetExportedTypes()
                .Where(t => !t.IsAbstract && t.IsSubclassOf(typeof(Specs.PreferenceObjective)))
                .Select(t => t.GetCustomAttribute<Specs.RuntimeCallAttribute>()!.Function.Split('.')[1])
                .Order(),
            Losses.Keys.Select(name => name.Split(',')[0]).Distinct().Order()
        );

    public static TheoryData<string> Names => [.. Losses.Keys];

    static Tensor Values(ulong seed, double scale = 1)
    {
        var stream = new RandomStream(seed, "preference");
        return tensor([.. Enumerable.Range(0, 8).Select(_ => scale * stream.NextNormal())]);
    }

    static Tensor Lengths => tensor([3L, 5, 2, 9, 4, 4, 1, 7]);

    [Theory, MemberData(nameof(Names))]
    public void The_gradient_is_that_of_the_value_and_the_reference_has_none(string name)
    {
        using var scope = NewDisposeScope();
        Tensor policy = Values(1).requires_grad_(),
            reference = Values(2).requires_grad_();
        Losses[name](policy, reference.detach(), Lengths).backward();
        Assert.Null(reference.grad);
        const double Step = 1e-6;
        var direction = Values(3);
        using var frozen = no_grad();
        double above = Losses[name](policy + direction * Step, reference, Lengths).item<double>(),
            below = Losses[name](policy - direction * Step, reference, Lengths).item<double>();
        Assert.Equal((above - below) / (2 * Step), (policy.grad! * direction).sum().item<double>(), 1e-6);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_margin_of_thousands_of_nats_gives_finite_values_and_gradients(string name)
    {
        using var scope = NewDisposeScope();
        foreach (double scale in new[] { 0, 1e-3, 1e4 })
        {
            var policy = Values(4, scale).to(float32).requires_grad_();
            var loss = Losses[name](policy, zeros(8), Lengths);
            loss.backward();
            Assert.True(float.IsFinite(loss.item<float>()), $"{scale}: {loss.item<float>()}");
            Assert.All(TensorAssert.Doubles(policy.grad!), g => Assert.True(double.IsFinite(g)));
        }
    }

    /// <summary>Without label noise the two variants of DPO are DPO.</summary>
    [Fact]
    public void Without_label_smoothing_they_are_the_sigmoid_loss()
    {
        using var scope = NewDisposeScope();
        Tensor policy = Values(5),
            reference = Values(6);
        double plain = PreferenceLoss.Sigmoid(policy, reference, Lengths, 0.2).item<double>();
        Assert.Equal(plain, PreferenceLoss.Conservative(policy, reference, Lengths, 0.2, 0).item<double>(), 1e-12);
        Assert.Equal(plain, PreferenceLoss.Robust(policy, reference, Lengths, 0.2, 0).item<double>(), 1e-12);
    }
}
