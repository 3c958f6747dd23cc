using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace DcrDsl.Jinja;

/// <summary>
/// Counts what a rendering uses against its <see cref="TemplateLimits"/>. Nothing is ever given back: a negative count is none.
/// </summary>
sealed class Budget(TemplateLimits limits)
{
    /// <summary>The length of a range and the number of digits of an integer, as in Python's sandbox.</summary>
    public const int LargestRange = 100_000,
        LargestIntegerBits = 14_284;

    /// <summary>The bits of a bound of a range: its values are made as they are read, and cost as much as any other.</summary>
    const int LargestRangeBits = 128;

    readonly CancellationToken stop = RenderingStop.Token;
    long steps,
        bytes;
    int depth;

    /// <exception cref="OperationCanceledException">The run is to end.</exception>
    public void Step(long count = 1)
    {
        stop.ThrowIfCancellationRequested();
        if (count > limits.Steps || (steps += Math.Max(0, count)) > limits.Steps)
            throw new TemplateFault(FaultKind.Limit, $"it took more than {limits.Steps} steps");
    }

    /// <summary>Refuses bounds of a range that are too large for one.</summary>
    public static void CheckRange(params ReadOnlySpan<BigInteger> bounds)
    {
        foreach (BigInteger bound in bounds)
            if (bound.GetBitLength() > LargestRangeBits)
                throw new TemplateFault(FaultKind.Limit, $"a bound of a range has more than {LargestRangeBits} bits");
    }

    /// <summary>Charges reading <paramref name="length"/> characters.</summary>
    public void Scan(long length) => Step(1 + length / 64);

    public void Allocate(long count)
    {
        if (count > limits.Bytes || (bytes += Math.Max(0, count)) > limits.Bytes)
            throw new TemplateFault(FaultKind.Limit, $"it needed more than {limits.Bytes} bytes");
    }

    /// <summary>Charges a string of <paramref name="length"/> UTF-16 units before it is made.</summary>
    public void AllocateText(long length) => Allocate(length > long.MaxValue / 4 ? long.MaxValue : 2 * length + 32);

    /// <summary>Charges a list of <paramref name="count"/> elements before it is made; the elements' own boxes included.</summary>
    public void AllocateItems(long count) => Allocate(count > long.MaxValue / 64 ? long.MaxValue : 40 * count + 56);

    /// <summary>
    /// The integer, charged where it is larger than a machine's; those that Python's own bound on digits forbids are refused.
    /// </summary>
    public IntegerValue Integer(BigInteger number)
    {
        long bits = number.GetBitLength();
        if (bits > LargestIntegerBits)
            throw new TemplateFault(FaultKind.Limit, "an integer grew beyond 4300 digits");
        if (bits > 64)
            Allocate(bits / 8);
        return new(number);
    }

    /// <summary>The digits of an integer; their number squared is what writing them costs.</summary>
    public string Digits(BigInteger number)
    {
        long bits = number.GetBitLength();
        Step(bits * bits / 65536);
        return number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>One level deeper; pair with <see cref="Leave"/>.</summary>
    public void Enter()
    {
        if (++depth > limits.Depth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new TemplateFault(FaultKind.Limit, $"it went deeper than {limits.Depth} levels");
    }

    public void Leave() => depth--;
}
