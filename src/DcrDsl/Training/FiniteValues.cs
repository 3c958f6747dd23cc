using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Training;

static class FiniteValues
{
    /// <summary>Whether no value is infinite or not a number; waits for the device. True of tensors without values.</summary>
    public static bool AreAll(IEnumerable<Tensor> tensors)
    {
        Tensor[] all = [.. tensors];
        if (all.Length == 0 || all[0].device_type == DeviceType.META)
            return true;
        using var scope = NewDisposeScope();
        using var largest = double.PositiveInfinity.ToScalar();
        // The largest magnitude of all, one pass over them on their device; a value that is not a number is passed on.
        return double.IsFinite(((Tensor)TorchScript.Invoke("total_norm", all, largest)!).to(ScalarType.Float64).item<double>());
    }
}
