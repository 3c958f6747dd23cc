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
                throw Unknown(name);
        }
    }

    /// <summary>A device of another machine.</summary>
    /// <exception cref="InputException">The name is not one of a device.</exception>
    public static torch.Device Named(string name) =>
        name.Split(':') switch
        {
            ["cpu"] => torch.CPU,
            ["mps"] => torch.MPS,
            ["cuda"] => new torch.Device(DeviceType.CUDA, 0),
            ["cuda", var index] when int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int number) =>
                new torch.Device(DeviceType.CUDA, number),
            _ => throw Unknown(name),
        };

    static InputException Unknown(string name) => new($"--device {name}: give cpu, cuda:N (N counts from 0) or mps.");

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
