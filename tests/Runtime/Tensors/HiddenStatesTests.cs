using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Tensors;

public class HiddenStatesTests
{
    // Prompts of 3 and 1 tokens, the second of which stands first.
    static Tensor Hidden() =>
        tensor(
            new float[,]
            {
                { 7, 8 },
                { 1, 2 },
                { 3, 4 },
                { 5, 9 },
            }
        );

    static TextSpans Prompts() => new(tensor(new long[] { 1, 0 }), tensor(new long[] { 3, 1 }));

    [Fact]
    public void The_last_prompt_token_is_the_last_of_its_prompt()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([5, 9, 7, 8], HiddenStates.LastPromptToken(Hidden(), Prompts()).data<float>().ToArray());
    }

    [Fact]
    public void The_mean_is_over_the_prompts_own_tokens()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([3, 5, 7, 8], HiddenStates.Mean(Hidden(), Prompts()).data<float>().ToArray());
    }

    /// <summary>The first token is the beginning of both.</summary>
    [Fact]
    public void A_common_beginning_counts_for_each()
    {
        using var scope = NewDisposeScope();
        TextSpans prompts = new(tensor(new long[] { 1, 3 }), tensor(new long[] { 2, 1 }), Shared: 1);
        TensorAssert.Close(
            tensor(
                new float[,]
                {
                    { 11f / 3, 14f / 3 },
                    { 6, 8.5f },
                }
            ),
            HiddenStates.Mean(Hidden(), prompts),
            0,
            1e-6,
            "mean"
        );
        Assert.Equal([3, 4, 5, 9], HiddenStates.LastPromptToken(Hidden(), prompts).data<float>().ToArray());
    }

    [Fact]
    public void Padded_rows_are_read_row_after_row()
    {
        using var scope = NewDisposeScope();
        var spans = TextSpans.OfPadded(tensor(new long[] { 2, 3, 1 }), width: 3);
        Assert.Equal([0, 3, 6], spans.Starts.data<long>().ToArray());
        Assert.Equal([2, 3, 1], spans.Lengths.data<long>().ToArray());
    }

    [Fact]
    public void Rows_are_those_at_the_places()
    {
        using var scope = NewDisposeScope();
        var rows = HiddenStates.Rows(Hidden(), tensor(new long[] { 3, 1, 1 }));
        Assert.Equal([3, 2], rows.shape);
        Assert.Equal([5, 9, 1, 2, 1, 2], rows.data<float>().ToArray());
    }

    [Fact]
    public void Gradients_go_to_the_places_read_and_nowhere_else()
    {
        using var scope = NewDisposeScope();
        var hidden = Hidden().requires_grad_();
        HiddenStates.LastPromptToken(hidden, Prompts()).sum().backward();
        Assert.Equal([1, 1, 0, 0, 0, 0, 1, 1], hidden.grad!.data<float>().ToArray());
    }
}
