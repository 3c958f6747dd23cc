using DcrDsl.Models;
using TorchSharp;

namespace DcrDsl.Cli;

/// <summary>The precision of a run, as <c>--precision</c> names it.</summary>
/// <param name="Frozen">The formats of the matrices that a stage keeps frozen beside an adapter.</param>
/// <param name="Products">The format in which weights are multiplied while they are trained; null: their own.</param>
/// <param name="Why">What was measured to choose them; null: they were given.</param>
sealed record Precision(FrozenFormat Frozen, torch.ScalarType? Products, string? Why)
{
    const string Option = "--precision",
        Measured = "bf16";

    // What is held in, what is computed in, and what weights in training are multiplied in.
    static readonly (string Name, FrozenFormat Frozen, torch.ScalarType? Products)[] Given =
    [
        ("fp32", FrozenFormat.Single, null),
        ("bf16-fp32", new(torch.ScalarType.BFloat16, torch.ScalarType.Float32), null),
        ("bf16-bf16", torch.ScalarType.BFloat16, null),
        ("bf16-mixed", torch.ScalarType.BFloat16, torch.ScalarType.BFloat16),
    ];

    public static IReadOnlyList<string> Names { get; } = ["fp32", Measured, "bf16-fp32", "bf16-bf16", "bf16-mixed"];

    /// <summary>Reads a name; bf16 is decided by a measurement with the threads that libtorch has now.</summary>
    /// <exception cref="InputException">The name is not one of a precision.</exception>
    public static Precision Of(string name, torch.Device device)
    {
        if (name == Measured)
            return new(FrozenFormat.Faster(device, out string why), Products: null, why);
        return Given.FirstOrDefault(g => g.Name == name) is { Name: not null } given
            ? new(given.Frozen, given.Products, Why: null)
            : throw new InputException(
                $"{Option} {name}: give fp32 or bf16, or with the arithmetic chosen bf16-fp32, bf16-bf16 or bf16-mixed."
            );
    }

    /// <summary>Reads a name for a machine that is not this one.</summary>
    /// <exception cref="InputException">The name is not one of a precision, or would be decided by a measurement.</exception>
    public static Precision Elsewhere(string name) =>
        name == Measured
            ? throw new InputException(
                $"{Option} {Measured}: what is faster is measured where it is computed, and that is not here: give bf16-fp32, bf16-bf16 or "
                    + "bf16-mixed."
            )
            : Of(name, torch.CPU);

    /// <summary>The name by which the option takes it.</summary>
    public string Name => Array.Find(Given, g => g.Frozen == Frozen && g.Products == Products).Name;

    /// <summary>The arguments with what was measured given outright.</summary>
    public IReadOnlyList<string> FixedIn(IReadOnlyList<string> arguments) =>
        Why is null ? arguments : RepeatCommand.With(arguments, Option, Measured, Name);

    /// <summary>For example "BFloat16, computed in Float32 (a product took …)".</summary>
    public override string ToString() => Why is null ? $"{Frozen}" : $"{Frozen} ({Why})";

    /// <summary>That weights are multiplied in what is slower on a device, measured now; null: they are not.</summary>
    public string? Slower(torch.Device device) =>
        Products is not null && FrozenFormat.Faster(device, out string why).Computed != Products
            ? $"{Option} {Name}: {why}, so fp32 is faster here."
            : null;
}
