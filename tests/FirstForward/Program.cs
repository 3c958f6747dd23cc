using System.Globalization;
using System.Security.Cryptography;
using DcrDsl;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

// Prints a digest of the first result of each function in this process, on tensors large enough to be shared among the threads.
if (args is not [var number] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int threads) || threads < 1)
{
    Console.Error.WriteLine("usage: DcrDsl.FirstForward THREADS");
    return 2;
}
TorchStartup.Initialize(threads);

(string Name, Func<Tensor, Tensor> Function)[] functions =
[
    ("cos", cos),
    ("sin", sin),
    ("exp", exp),
    ("silu", x => nn.functional.silu(x)),
    ("tanh", tanh),
    ("sqrt", sqrt),
    ("log", log),
    ("erf", erf),
    ("tan", tan),
    ("acos", acos),
    ("asin", asin),
    ("atan", atan),
    ("erfc", erfc),
    ("erfinv", erfinv),
    ("log2", log2),
    ("log10", log10),
    ("trunc", trunc),
];
const int Size = 1 << 16;
foreach (var type in (ScalarType[])[float32, float64])
{
    using var values = (arange(Size, float64) + 0.5).div(Size).to(type); // inside (0, 1), where all of them are defined
    foreach (var (name, function) in functions)
    {
        using var result = function(values);
        Console.WriteLine($"{name} {type} {Convert.ToHexString(SHA256.HashData(result.bytes))}");
    }
}
return 0;
