using System.Text.Json;

namespace DcrDsl.Tool.Doctor;

/// <summary>libtorch, as it lies beside a program that was built.</summary>
static class LibTorch
{
    const string What = "libtorch",
        Build = "dotnet build -c Release";

    /// <param name="project">Whether there is a project.</param>
    /// <param name="built">What was built of it; null: nothing.</param>
    /// <param name="gpu">The machine's GPU.</param>
    public static IEnumerable<Finding> Look(bool project, BuiltProgram? built, Gpu gpu)
    {
        if (built is null)
            return project ? [new(What, State.Warns, "the project is not built, so there is none to look at", Build)] : [];
        string[] files = NativeFiles(built.Folder);
        string? torch = files.FirstOrDefault(f => Is(f, "torch_cpu")),
            bridge = files.FirstOrDefault(f => Is(f, "LibTorchSharp"));
        bool cuda = files.Any(f => Is(f, "torch_cuda"));
        if (torch is null || bridge is null)
            return
            [
                new(
                    What,
                    State.Fails,
                    $"{(torch is null ? "libtorch" : "TorchSharp's native library")} is not beside {built.Assembly}",
                    "Add a package of libtorch (docs/packages.md) and build; of a program without one start with-libtorch.sh (docs/gpu.md)."
                ),
            ];
        string kind = $"{Versions(File.ReadAllText(built.Dependencies))} ({(cuda ? "CUDA" : "CPU")}) beside {built.Assembly}";
        var loads = NativeLoad.InAProcess(bridge);
        return
        [
            loads is null
                ? new(What, State.Works, kind + "; it loads")
                : new(What, State.Fails, $"{kind}; it does not load: {loads}", "Build again on this machine: " + Build),
            .. ForGpu(cuda, gpu),
        ];
    }

    internal static IEnumerable<Finding> ForGpu(bool cuda, Gpu gpu) =>
        (cuda, gpu.IsThere) switch
        {
            (false, true) =>
            [
                new(
                    "libtorch for the GPU",
                    State.Warns,
                    "this one computes on the processor only",
                    "Build with -p:DcrTorch=cuda to use the GPU, then dcr doctor --device cuda:0"
                ),
            ],
            (true, false) =>
            [
                new(
                    "libtorch for the GPU",
                    State.Warns,
                    "it is CUDA's, and no GPU with a driver is here",
                    "--device cpu works; for cuda:0 install NVIDIA's driver"
                ),
            ],
            (true, true) => [new("libtorch for the GPU", State.Works, "CUDA's", "dcr doctor --device cuda:0 checks the numbers")],
            _ => [],
        };

    static string[] NativeFiles(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(f => Path.GetExtension(f) is ".so" or ".dylib" or ".dll")
                .Order(StringComparer.Ordinal),
        ];

    static bool Is(string file, string library) =>
        Path.GetFileNameWithoutExtension(file) is var name && (name == library || name == "lib" + library);

    /// <summary>The packages that a program's libtorch is from, as its list of dependencies has them.</summary>
    internal static string Versions(string dependencies)
    {
        using var document = JsonDocument.Parse(dependencies);
        string[] names =
        [
            .. document
                .RootElement.GetProperty("libraries")
                .EnumerateObject()
                .Select(l => l.Name)
                .Where(n => n.StartsWith("libtorch-", StringComparison.Ordinal) || n.StartsWith("TorchSharp", StringComparison.Ordinal))
                .Where(n => !n.Contains("-fragment", StringComparison.Ordinal) && !n.Contains("-part", StringComparison.Ordinal))
                .Select(n => n.Replace('/', ' ')),
        ];
        return names.Length == 0 ? "a libtorch of no package" : string.Join(", ", names);
    }
}
