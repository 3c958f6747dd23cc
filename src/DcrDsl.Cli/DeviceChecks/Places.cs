using DcrDsl.Tensors;
using TorchSharp;

namespace DcrDsl.Cli.DeviceChecks;

/// <summary>The device that is checked, and the processor as what it is checked against.</summary>
/// <param name="Device">The device.</param>
/// <param name="Threads">Processor threads.</param>
sealed record Places(torch.Device Device, int Threads)
{
    /// <summary>Something computed on the processor, with all threads.</summary>
    public T OnProcessor<T>(Func<torch.Device, T> compute)
    {
        TorchStartup.Initialize(Threads);
        return compute(torch.CPU);
    }

    /// <summary>The same on the device. Where that is the processor too, on one thread: sums are rounded in another order.</summary>
    public T OnDevice<T>(Func<torch.Device, T> compute)
    {
        TorchStartup.Initialize(Device.type == DeviceType.CPU ? 1 : Threads);
        return compute(Device);
    }
}
