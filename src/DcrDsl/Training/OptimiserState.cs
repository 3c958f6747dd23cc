using static TorchSharp.torch;

namespace DcrDsl.Training;

static class OptimiserState
{
    /// <summary>Zeros of the parameter's shape, type and device, outside any DisposeScope.</summary>
    public static Tensor Like(Tensor parameter) => zeros(parameter.shape, parameter.dtype, parameter.device).DetachFromDisposeScope();

    /// <summary>A step count at 0, outside any DisposeScope. float32 as in PyTorch: exact up to 16 million steps.</summary>
    public static Tensor Count(Device device) => zeros([], ScalarType.Float32, device).DetachFromDisposeScope();

    /// <summary>Copies <paramref name="given"/> into the tensors of <paramref name="own"/>; all or nothing.</summary>
    public static void Import(IReadOnlyList<(string Name, Tensor Value)> own, IReadOnlyDictionary<string, Tensor> given)
    {
        foreach (var (name, value) in own)
        {
            if (!given.TryGetValue(name, out var saved))
                throw Foreign($"'{name}' is missing");
            if (saved.dtype != value.dtype || !saved.shape.SequenceEqual(value.shape))
                throw Foreign($"'{name}' has another shape or type");
        }
        if (given.Count != own.Count)
            throw Foreign($"'{given.Keys.Except(own.Select(o => o.Name)).First()}' has no place here");
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (name, value) in own)
            value.copy_(given[name]);
    }

    static InputException Foreign(string what) =>
        new($"The saved optimiser state does not fit: {what}; resume with the same model, trained parameters and optimiser that saved it.");
}
