using System.Globalization;
using TorchSharp;

namespace DcrDsl.Cli;

/// <summary>Reads the name of a device and makes sure that it is there.</summary>
static class Devices
{
    public static readonly string[] Names = ["cpu", "cuda:0", "mps"];

    /// <exception cref="InputException">The name is not one of a device, or the device is not available.</exception>
    public static torch.Device Open(string name)
    {
        switch (name.Split(':'))
        {
            case ["cpu"]:
                return torch.CPU;
            case ["mps"]:
                return torch.mps_is_available()
                    ? torch.MPS
                    : throw new InputException("--device mps: there is none here; it takes a Mac with Apple silicon. Give --device cpu.");
            case ["cuda"]:
                return Cuda(name, 0);
            case ["cuda", var index] when int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int number):
                return Cuda(name, number);
            default:
                throw new InputException($"--device {name}: give cpu, cuda:N (N counts from 0) or mps.");
        }
    }

    static torch.Device Cuda(string name, int number)
    {
        if (!torch.cuda.is_available())
            throw new InputException(
                $"--device {name}: CUDA is not available; build with -p:DcrTorch=cuda on a machine with an NVIDIA driver, or give "
                    + $"--device cpu."
            );
        int count = torch.cuda.device_count();
        return number < count
            ? torch.device($"cuda:{number.ToString(CultureInfo.InvariantCulture)}")
            : throw new InputException(
                string.Create(CultureInfo.InvariantCulture, $"--device {name}: the CUDA devices here are 0 to {count - 1}.")
            );
    }
}
