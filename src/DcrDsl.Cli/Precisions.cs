using TorchSharp;

namespace DcrDsl.Cli;

/// <summary>Reads the precision of a run.</summary>
static class Precisions
{
    public static readonly string[] Names = ["fp32", "bf16"];

    /// <exception cref="InputException">The name is not one of a precision.</exception>
    public static torch.ScalarType FrozenBase(string name) => name switch
    {
        "fp32" => torch.ScalarType.Float32,
        "bf16" => torch.ScalarType.BFloat16,
        _ => throw new InputException($"--precision {name}: give fp32 or bf16."),
    };
}
