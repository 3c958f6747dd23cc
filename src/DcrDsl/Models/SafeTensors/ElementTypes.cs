using static TorchSharp.torch;

namespace DcrDsl.Models.SafeTensors;

/// <summary>The element types of the format that torch has too, in the reference writer's order of alignment.</summary>
static class ElementTypes
{
    static readonly (string Name, ScalarType Type, int Size)[] InOrderOfAlignment =
    [
        ("BOOL", ScalarType.Bool, 1),
        ("U8", ScalarType.Byte, 1),
        ("I8", ScalarType.Int8, 1),
        ("I16", ScalarType.Int16, 2),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("I32", ScalarType.Int32, 4),
        ("F32", ScalarType.Float32, 4),
        ("F64", ScalarType.Float64, 8),
        ("I64", ScalarType.Int64, 8),
    ];

    /// <summary>All names, for messages.</summary>
    public static string Names { get; } = string.Join(' ', InOrderOfAlignment.Select(t => t.Name));

    /// <summary>The type called <paramref name="name"/> in a header, and its size in bytes; false if there is none.</summary>
    public static bool TryParse(string name, out ScalarType type, out int size)
    {
        int at = Array.FindIndex(InOrderOfAlignment, t => t.Name == name);
        (_, type, size) = at >= 0 ? InOrderOfAlignment[at] : default;
        return at >= 0;
    }

    /// <summary>
    /// Place in the order of alignment, name and size of <paramref name="type"/>; false for a type that the format has no name for.
    /// </summary>
    public static bool TryFormat(ScalarType type, out int alignment, out string name, out int size)
    {
        alignment = Array.FindIndex(InOrderOfAlignment, t => t.Type == type);
        (name, _, size) = alignment >= 0 ? InOrderOfAlignment[alignment] : default;
        return alignment >= 0;
    }
}
