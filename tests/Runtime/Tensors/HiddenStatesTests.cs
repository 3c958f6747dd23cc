using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Tensors;

public class HiddenStatesTests
{
    // Two prompts of 3 and 1 tokens; padding holds 100.
    static Tensor Hidden() =>
        tensor(
            new float[,,]
            {
                {
                    { 1, 2 },
                    { 3, 4 },
                    { 5, 9 },
                },
                {
                    { 7, 8 },
                    { 100, 100 },
                    { 100, 100 },
                },
            }
        );

    static Tensor Lengths() => tensor(new long[] { 3, 1 });

    [Fact]
    public void The_last_prompt_token_is_the_one_before_the_padding()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([5, 9, 7, 8], HiddenStates.LastPromptToken(Hidden(), Lengths()).data<float>().ToArray());
    }

    [Fact]
    public void The_mean_leaves_padding_out_even_if_it_is_not_a_number()
    {
        using var scope = NewDisposeScope();
        var hidden = Hidden();
        hidden[1, 2, 0] = float.NaN;
        Assert.Equal([3, 5, 7, 8], HiddenStates.Mean(hidden, Lengths()).data<float>().ToArray());
    }

    [Fact]
    public void Rows_are_counted_through_the_batch()
    {
        using var scope = NewDisposeScope();
        var rows = Hidden().Rows(tensor(new long[] { 3, 1, 1 }));
        Assert.Equal([3, 2], rows.shape);
        Assert.Equal([7, 8, 3, 4, 3, 4], rows.data<float>().ToArray());
    }

    [Fact]
    public void Gradients_go_to_the_places_read_and_nowhere_else()
    {
        using var scope = NewDisposeScope();
        var hidden = Hidden().requires_grad_();
        HiddenStates.LastPromptToken(hidden, Lengths()).sum().backward();
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0], hidden.grad!.data<float>().ToArray());
    }
}
