using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DcrDsl.Execution.Origin;

/// <summary>What the native libraries in this process say of themselves.</summary>
static unsafe class NativeLibraries
{
    /// <summary>Environment variables whose values the libraries that compute obey: by their beginnings.</summary>
    static readonly string[] Prefixes =
    [
        "ATEN_",
        "ONEDNN_",
        "DNNL_",
        "MKL_",
        "OMP_",
        "KMP_",
        "GOMP_",
        "OPENBLAS_",
        "TORCH_",
        "CUBLAS_",
        "NVIDIA_TF32",
        "DOTNET_Enable",
    ];

    /// <summary>What multiplies matrices on the processor.</summary>
    public static string Blas()
    {
        if (OperatingSystem.IsMacOS())
            return "Accelerate";
        try
        {
            foreach (ProcessModule module in Process.GetCurrentProcess().Modules)
            {
                if (!module.ModuleName.Contains("torch_cpu", StringComparison.OrdinalIgnoreCase))
                    continue;
                if (
                    NativeLibrary.TryLoad(module.FileName, out nint library)
                    && NativeLibrary.TryGetExport(library, "MKL_Get_Version_String", out nint function)
                )
                    return MklVersion(function);
            }
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or NotSupportedException or System.ComponentModel.Win32Exception)
        {
            // This system does not list the libraries of a process.
        }
        return "not known";
    }

    /// <summary>The variables that are set.</summary>
    public static OrderedDictionary<string, string> Variables(System.Collections.IDictionary environment) =>
        new(
            from System.Collections.DictionaryEntry variable in environment
            let name = (string)variable.Key
            where Prefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal))
            orderby name
            select KeyValuePair.Create(name, variable.Value as string ?? "")
        );

    static string MklVersion(nint function)
    {
        byte* text = stackalloc byte[256];
        ((delegate* unmanaged<byte*, int, void>)function)(text, 255);
        text[255] = 0;
        return (Marshal.PtrToStringUTF8((nint)text) ?? "").Trim();
    }
}
