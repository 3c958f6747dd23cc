using DcrDsl.Data;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Training;
using static TorchSharp.torch;
using Adam = DcrDsl.Training.Adam;
using AdamW = DcrDsl.Training.AdamW;
using Sgd = DcrDsl.Training.Sgd;

namespace DcrDsl.Runtime.Tests.Training;

/// <summary>The groups that options make; what an optimiser does with groups OptimiserGoldenTests compare with the reference.</summary>
public class ParameterGroupTests
{
    static readonly string[] Names =
    [
        "model.embed_tokens.weight",
        "model.layers.0.self_attn.q_proj.weight",
        "model.layers.0.self_attn.q_proj.bias",
        "model.layers.0.input_layernorm.weight",
        "model.norm.weight",
    ];

    static ParameterList Fresh() =>
        new(
            Names,
            Names.Select(name =>
            {
                var stream = new RandomStream(3, name);
                return tensor(Enumerable.Range(0, 6).Select(_ => stream.NextNormal()).ToArray(), [2, 3]).requires_grad_();
            })
        );

    /// <summary>The names by which transformers' Trainer decides, of the families that can be opened, and some that only look so.</summary>
    [Theory]
    [InlineData("model.embed_tokens.weight", true)]
    [InlineData("model.layers.0.self_attn.o_proj.weight", true)]
    [InlineData("base_model.model.model.layers.0.mlp.up_proj.lora_A.weight", true)]
    [InlineData("base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector", true)]
    [InlineData("model.layers.0.self_attn.normal_proj.weight", true)]
    [InlineData("model.layers.0.self_attn.q_proj.bias", false)]
    [InlineData("model.layers.0.post_attention_layernorm.weight", false)]
    [InlineData("model.layers.0.self_attn.q_norm.weight", false)]
    [InlineData("model.norm.weight", false)]
    public void Norms_and_biases_are_known_by_their_names(string name, bool decays)
    {
        using var scope = NewDisposeScope();
        var parameters = new ParameterList([name], [zeros(2).requires_grad_()]);
        Assert.Equal(decays ? 0.1 : 0, Assert.Single(ParameterGroup.Of(parameters, 0.1, decayNormsAndBiases: false, [])).WeightDecay);
        Assert.Equal(0.1, Assert.Single(ParameterGroup.Of(parameters, 0.1, decayNormsAndBiases: true, [])).WeightDecay);
    }

    public static TheoryData<string> Kinds => ["AdamW", "Adam", "Sgd"];

    [Theory, MemberData(nameof(Kinds))]
    public void Options_train_as_optimisers_of_their_own_for_each_group(string kind)
    {
        using var scope = NewDisposeScope();
        var (by, apart) = (Fresh(), Fresh());
        RateFactor[] factors = [new() { Modules = "q_proj", Factor = 3 }, new() { Modules = "layers.0", Factor = 0 }];
        using var optimiser = Make(kind, by, 0.1, decayNormsAndBiases: false, factors);
        // The embedding decays; the matrix does too, at three times the rate, and its bias does not; the layer's norm stays as it is.
        IOptimiser[] each =
        [
            .. apart.Zip(
                (double[])[0.1, 0.1, 0, 0, 0],
                (parameter, decay) => Make(kind, [parameter], decay, decayNormsAndBiases: true, rateFactors: null)
            ),
        ];
        double[] rates = [1, 3, 3, 0, 1];
        for (int step = 0; step < 5; step++)
        {
            foreach (var list in (ParameterList[])[by, apart])
                for (int i = 0; i < list.Count; i++)
                    list[i].grad = list[i].detach() * (step + 1) + i;
            optimiser.Step(0.01);
            foreach (var (one, rate) in each.Zip(rates))
                one.Step(0.01 * rate);
        }
        var before = Fresh();
        foreach (var (name, i) in Names.Select((name, i) => (name, i)))
        {
            TensorAssert.Close(apart[i], by[i], 1e-14, 0, name);
            Assert.Equal(i == 3, by[i].bytes.SequenceEqual(before[i].bytes));
        }
        foreach (var one in each)
            one.Dispose();
    }

    static IOptimiser Make(
        string kind,
        IEnumerable<Tensor> parameters,
        double weightDecay,
        bool decayNormsAndBiases,
        IReadOnlyList<RateFactor>? rateFactors
    ) =>
        kind switch
        {
            "AdamW" => new AdamW(
                parameters,
                weightDecay: weightDecay,
                amsgrad: true,
                decayNormsAndBiases: decayNormsAndBiases,
                rateFactors: rateFactors
            ),
            "Adam" => new Adam(parameters, weightDecay: weightDecay, decayNormsAndBiases: decayNormsAndBiases, rateFactors: rateFactors),
            _ => new Sgd(
                parameters,
                momentum: 0.9,
                weightDecay: weightDecay,
                decayNormsAndBiases: decayNormsAndBiases,
                rateFactors: rateFactors
            ),
        };

    [Fact]
    public void A_factor_that_names_nothing_is_refused_with_what_there_is()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(
            "RateFactors has 'embed_token', which names nothing that is trained (did you mean embed_tokens?); write a part of the "
                + "parameters' names between dots: model.embed_tokens.weight is one of 5 parameters.",
            Assert.Throws<InputException>(() => new AdamW(Fresh(), rateFactors: [new() { Modules = "embed_token" }])).Message
        );
    }

    [Fact]
    public void Tensors_without_names_are_one_group_and_cannot_be_told_apart()
    {
        using var scope = NewDisposeScope();
        Tensor[] plain = [zeros(2).requires_grad_(), zeros(3).requires_grad_()];
        Assert.Equal(plain, Assert.Single(ParameterGroup.Of(plain, 0.1, decayNormsAndBiases: true, [])).Parameters);
        Assert.Contains("names", Assert.Throws<ArgumentException>(() => new Sgd(plain, decayNormsAndBiases: false)).Message);
    }
}
