using System.Runtime.CompilerServices;

namespace DcrDsl.Data.ChatTemplates;

/// <summary>Counts what a rendering uses against its <see cref="TemplateLimits"/>.</summary>
sealed class Budget(TemplateLimits limits)
{
    /// <summary>The length of a range and the number of digits of an integer, as in Python's sandbox.</summary>
    public const int LargestRange = 100_000, LargestIntegerBits = 14_284;

    long steps, bytes;
    int depth;

    public void Step(long count = 1)
    {
        if ((steps += count) > limits.Steps)
            throw new TemplateFault(FaultKind.Limit, $"it took more than {limits.Steps} steps");
    }

    /// <summary>Charges reading <paramref name="length"/> characters.</summary>
    public void Scan(long length) => Step(1 + length / 64);

    public void Allocate(long count)
    {
        if (count > limits.Bytes || (bytes += count) > limits.Bytes)
            throw new TemplateFault(FaultKind.Limit, $"it needed more than {limits.Bytes} bytes");
    }

    /// <summary>Charges a string of <paramref name="length"/> UTF-16 units before it is made.</summary>
    public void AllocateText(long length) => Allocate(length > long.MaxValue / 4 ? long.MaxValue : 2 * length + 32);

    /// <summary>Charges a list of <paramref name="count"/> elements before it is made; the elements' own boxes included.</summary>
    public void AllocateItems(long count) => Allocate(count > long.MaxValue / 64 ? long.MaxValue : 40 * count + 56);

    /// <summary>One level deeper; pair with <see cref="Leave"/>.</summary>
    public void Enter()
    {
        if (++depth > limits.Depth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new TemplateFault(FaultKind.Limit, $"it went deeper than {limits.Depth} levels");
    }

    public void Leave() => depth--;
}
