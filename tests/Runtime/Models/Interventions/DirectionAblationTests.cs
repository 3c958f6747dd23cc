using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models.Interventions;

/// <summary>Where a direction is known to be out of the stream it is not taken out again, and the outputs are the same.</summary>
public sealed class DirectionAblationTests : IDisposable
{
    static readonly DecoderConfig Config = ToyWorldModel.Configure(new Specs.ToyLlama { Layers = 4, Width = 64 }, 100);

    readonly Decoder decoder = TestDecoder.Initialise(Config, seed: 3);
    readonly Tensor tokens = TestDecoder.Tokens(Config, rows: 3, length: 9),
        direction = randn(64, generator: new Generator(4));

    public void Dispose()
    {
        decoder.Dispose();
        tokens.Dispose();
        direction.Dispose();
    }

    [Fact]
    public void Alone_it_gives_what_it_gives_beside_others()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var ablation = new DirectionAblation(direction);
        using var reading = new StreamReading(StreamSite.BlockInput, last: 9);

        using var standing = decoder.Intervene(ablation);
        var alone = Logits();
        Tensor beside;
        using (decoder.Intervene(reading))
            beside = Logits();

        Assert.True((alone - beside).abs().max().item<float>() < 1e-5f * beside.abs().max().item<float>());
        Assert.NotEqual(alone.data<float>().ToArray(), beside.data<float>().ToArray()); // it was taken out again there
        foreach (var states in reading.States.Values)
            Assert.True(states.matmul(direction).abs().max().item<float>() < 1e-4f);
    }

    /// <summary>What Surgical adds brings the direction back, so it is taken out again behind it, as by two that stand apart.</summary>
    [Fact]
    public void Behind_an_addition_it_is_taken_out_again()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var added = direction + randn(64, generator: new Generator(5));
        var findings = new DirectionSelection([], 0, new DirectionTable(0, []));
        using var surgical = new SurgicalSteering(direction.unsqueeze(0), direction.view(1, 1, 64), findings, added: (added, 2, 0.5));
        using var ablation = new DirectionAblation(direction);
        using var addition = new DirectionAddition(StreamSite.BlockInput, new Dictionary<int, Tensor> { [2] = added }, strength: 0.5);
        Tensor together,
            apart;

        using (decoder.Intervene(surgical))
            together = Logits();
        using (decoder.Intervene(ablation))
        using (decoder.Intervene(addition))
            apart = Logits();

        Assert.True((together - apart).abs().max().item<float>() < 1e-5f * apart.abs().max().item<float>());
    }

    Tensor Logits() => decoder.Head(decoder.Forward(tokens, attentionMask: null, cache: null).flatten(0, 1));
}
