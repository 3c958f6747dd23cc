using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>How a parameter enters what is computed, and with that what an example's gradient of it is made of.</summary>
enum ParameterRole
{
    /// <summary>y = x · Wᵀ: the gradient is Σ δ ⊗ x over the places.</summary>
    Product,

    /// <summary>y = x ⊙ w: the gradient is Σ δ ⊙ x.</summary>
    Scale,

    /// <summary>y = x + w: the gradient is Σ δ.</summary>
    Shift,

    /// <summary>y = W[token]: the gradient has δ in the row of each token.</summary>
    Lookup,
}

/// <summary>One use of a parameter in a pass through a decoder.</summary>
/// <param name="Role">How it enters.</param>
/// <param name="Parameter">The parameter itself.</param>
/// <param name="Input">What it meets there: [places, inputs], for a lookup the tokens; null: nothing.</param>
/// <param name="Output">What comes out, as the tensor that the pass goes on with, so that its gradient is the δ of the use.</param>
sealed record ParameterUse(ParameterRole Role, Tensor Parameter, Tensor? Input, Tensor Output);

/// <summary>
/// Writes down where this thread's passes through decoders use parameters, with what they meet and what comes out. From that and the
/// gradient of each output follow the gradients of every example of a batch, of which autograd itself gives only the sum. What is written
/// down outlives the dispose scopes of the pass and is freed with the trace. Nothing is traced, and nothing costs, without one.
/// </summary>
sealed class ParameterTrace : IDisposable
{
    [ThreadStatic]
    static ParameterTrace? current;

    readonly List<ParameterUse> uses = [];
    readonly Func<Tensor, bool> wanted;
    (Tensor Given, Tensor Kept)? latest;

    ParameterTrace(Func<Tensor, bool> wanted) => this.wanted = wanted;

    /// <summary>Writes down what a pass uses.</summary>
    /// <param name="wanted">Of which parameters uses are written down.</param>
    /// <param name="pass">The pass, with gradients recorded.</param>
    /// <param name="output">What it gives.</param>
    public static ParameterTrace Of(Func<Tensor, bool> wanted, Func<Tensor> pass, out Tensor output)
    {
        var trace = new ParameterTrace(wanted);
        try
        {
            current = trace;
            output = pass();
            return trace;
        }
        finally
        {
            current = null;
        }
    }

    /// <summary>Whether this thread is tracing: it reads a model, and no step of training goes on.</summary>
    public static bool IsOn => current is not null;

    /// <summary>What was written down so far, in the order of the pass.</summary>
    public IReadOnlyList<ParameterUse> Uses => uses;

    /// <summary>y = x · Wᵀ.</summary>
    /// <returns>y.</returns>
    public static Tensor Product(Tensor weight, Tensor input, Tensor output) => Add(ParameterRole.Product, weight, input, output);

    /// <summary>y = … + s · x · Wᵀ.</summary>
    /// <returns>y.</returns>
    public static Tensor Product(Tensor weight, Tensor input, Scalar scale, Tensor output) =>
        IsOn ? Product(weight, input * scale, output) : output;

    /// <summary>y = x ⊙ w, w over the last dimension.</summary>
    /// <returns>y.</returns>
    public static Tensor Scale(Tensor weight, Tensor input, Tensor output) => Add(ParameterRole.Scale, weight, input, output);

    /// <summary>y = x + w, w over the last dimension.</summary>
    /// <returns>y.</returns>
    public static Tensor Shift(Tensor weight, Tensor output) => Add(ParameterRole.Shift, weight, null, output);

    /// <summary>y = W[tokens].</summary>
    /// <returns>y, which gets a gradient also where the table is frozen.</returns>
    public static Tensor Lookup(Tensor table, Tensor tokens, Tensor output) => Add(ParameterRole.Lookup, table, tokens, output);

    static Tensor Add(ParameterRole role, Tensor parameter, Tensor? input, Tensor output)
    {
        if (current is { } trace && trace.wanted(parameter))
            trace.Write(role, parameter, input, output);
        return output;
    }

    void Write(ParameterRole role, Tensor parameter, Tensor? input, Tensor output)
    {
        if (!output.requires_grad)
            output.requires_grad_();
        uses.Add(new ParameterUse(role, parameter, input is null ? null : Kept(input), output.DetachFromDisposeScope()));
    }

    /// <summary>A hold of its own; products of one input share it.</summary>
    Tensor Kept(Tensor input)
    {
        if (latest is var (given, kept) && ReferenceEquals(given, input))
            return kept;
        latest = (input, input.detach().DetachFromDisposeScope());
        return latest.Value.Kept;
    }

    /// <summary>Frees what was written down.</summary>
    public void Dispose()
    {
        foreach (var use in uses)
        {
            use.Input?.Dispose();
            use.Output.Dispose();
        }
    }
}
