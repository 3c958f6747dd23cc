using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;
using DcrDsl.Results;

namespace DcrDsl.Execution.Origin;

/// <summary>What the processor says of itself.</summary>
static class Processor
{
    const int Brand = unchecked((int)0x80000002),
        Extensions = unchecked((int)0x80000000);

    /// <summary>This processor in short: its name and the instruction set of libtorch's kernels.</summary>
    public static string Here { get; } = Describe(Environment.GetEnvironmentVariable).Label;

    /// <param name="variable">Reads an environment variable.</param>
    public static ProcessorRecord Describe(Func<string, string?> variable)
    {
        IReadOnlyList<string> features = VectorFeatures();
        return new ProcessorRecord(
            Name(),
            X86Base.IsSupported ? Version() : "",
            RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            Environment.ProcessorCount,
            features,
            Kernels(features, variable("ATEN_CPU_CAPABILITY"))
        );
    }

    /// <summary>The rule of ATen's <c>compute_cpu_capability</c> (aten/src/ATen/native/DispatchStub.cpp, 2.10).</summary>
    /// <param name="features">See <see cref="ProcessorRecord.Features"/>.</param>
    /// <param name="asked">The variable <c>ATEN_CPU_CAPABILITY</c>; what it asks for is taken as it is.</param>
    public static string Kernels(IReadOnlyCollection<string> features, string? asked)
    {
        switch (asked)
        {
            case "avx512":
                return "AVX512";
            case "avx2":
                return "AVX2";
            case "default":
                return "DEFAULT";
        }
        bool Has(params string[] wanted) => wanted.All(features.Contains);
        return Has("avx512vl", "avx512bw", "avx512dq", "fma") ? "AVX512"
            : Has("avx2", "fma") ? "AVX2"
            : "DEFAULT";
    }

    static List<string> VectorFeatures()
    {
        var features = new List<string>();
        if (X86Base.IsSupported)
        {
            var (_, wide, _, matrix) = X86Base.CpuId(0, 0).Eax >= 7 ? X86Base.CpuId(7, 0) : default;
            int narrow = X86Base.CpuId(0, 0).Eax >= 7 ? X86Base.CpuId(7, 1).Eax : 0;
            // What .NET supports, the operating system does too; the rest needs the same registers.
            Add("sse4_1", Sse41.IsSupported);
            Add("avx", Avx.IsSupported);
            Add("fma", Fma.IsSupported);
            Add("avx2", Avx2.IsSupported);
            Add("avx512f", Avx512F.IsSupported);
            Add("avx512dq", Avx512F.IsSupported && Bit(wide, 17));
            Add("avx512bw", Avx512F.IsSupported && Bit(wide, 30));
            Add("avx512vl", Avx512F.IsSupported && Bit(wide, 31));
            Add("avx512_vnni", Avx512F.IsSupported && Bit(X86Base.CpuId(7, 0).Ecx, 11));
            Add("avx512_bf16", Avx512F.IsSupported && Bit(narrow, 5));
            Add("avx512_fp16", Avx512F.IsSupported && Bit(matrix, 23));
            Add("avx_vnni", Avx2.IsSupported && Bit(narrow, 4));
            Add("amx_tile", Avx512F.IsSupported && Bit(matrix, 24));
            Add("amx_bf16", Avx512F.IsSupported && Bit(matrix, 22));
            Add("amx_int8", Avx512F.IsSupported && Bit(matrix, 25));
        }
        else
        {
            Add("neon", AdvSimd.IsSupported);
            Add("dotprod", Dp.IsSupported);
        }
        return features;

        void Add(string name, bool has)
        {
            if (has)
                features.Add(name);
        }
    }

    static bool Bit(int register, int bit) => (register >>> bit & 1) == 1;

    static string Name()
    {
        string name = X86Base.IsSupported ? BrandString() : FromSystem();
        return name.Length > 0 ? string.Join(' ', name.Split(' ', StringSplitOptions.RemoveEmptyEntries)) : "not known";
    }

    static string BrandString()
    {
        if ((uint)X86Base.CpuId(Extensions, 0).Eax < unchecked((uint)Brand) + 2)
            return "";
        Span<byte> text = stackalloc byte[48];
        for (int part = 0; part < 3; part++)
            Write(text[(16 * part)..], X86Base.CpuId(Brand + part, 0));
        return Encoding.ASCII.GetString(text).TrimEnd('\0').Trim();
    }

    static void Write(Span<byte> text, (int Eax, int Ebx, int Ecx, int Edx) registers)
    {
        BinaryPrimitives.WriteInt32LittleEndian(text, registers.Eax);
        BinaryPrimitives.WriteInt32LittleEndian(text[4..], registers.Ebx);
        BinaryPrimitives.WriteInt32LittleEndian(text[8..], registers.Ecx);
        BinaryPrimitives.WriteInt32LittleEndian(text[12..], registers.Edx);
    }

    // Virtual machines often hide the name and never these numbers.
    static string Version()
    {
        Span<byte> maker = stackalloc byte[12];
        var vendor = X86Base.CpuId(0, 0);
        BinaryPrimitives.WriteInt32LittleEndian(maker, vendor.Ebx);
        BinaryPrimitives.WriteInt32LittleEndian(maker[4..], vendor.Edx);
        BinaryPrimitives.WriteInt32LittleEndian(maker[8..], vendor.Ecx);
        int signature = X86Base.CpuId(1, 0).Eax,
            family = signature >> 8 & 15,
            model = signature >> 4 & 15;
        if (family is 6 or 15)
            model += (signature >> 16 & 15) << 4;
        if (family == 15)
            family += signature >> 20 & 255;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Encoding.ASCII.GetString(maker)}, family {family}, model {model}, stepping {signature & 15}"
        );
    }

    static string FromSystem()
    {
        try
        {
            if (OperatingSystem.IsMacOS())
                return "Apple silicon";
            if (!OperatingSystem.IsLinux())
                return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "";
            string[] names = ["model name", "CPU part"];
            return File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(l => names.Any(n => l.StartsWith(n, StringComparison.Ordinal)), "")
                .Replace('\t', ' ');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
