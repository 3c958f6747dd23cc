using System.Collections.Concurrent;
using System.Reflection;
using TorchSharp;

namespace DcrDsl.Execution.Numerics;

/// <summary>Whose code is read instruction by instruction: ours, and what is written on top of DcrDsl or TorchSharp.</summary>
static class ReadCode
{
    static readonly ConcurrentDictionary<Assembly, bool> Read = new();
    static readonly ConcurrentDictionary<Assembly, string?> Stamps = new();
    static readonly string? Framework = Path.GetDirectoryName(typeof(object).Assembly.Location);

    /// <summary>Whether the bodies of an assembly's methods are read.</summary>
    public static bool Is(Assembly assembly) =>
        Read.GetOrAdd(
            assembly,
            static a =>
                IsOurs(a.GetName())
                || !IsFramework(a)
                    && a != typeof(torch).Assembly
                    && a.GetReferencedAssemblies().Any(r => IsOurs(r) || r.Name == typeof(torch).Assembly.GetName().Name)
        );

    /// <summary>Whether the bodies of a type's methods are read.</summary>
    public static bool Is(Type type) => Is(type.Assembly);

    /// <summary>
    /// What stands for the whole of an assembly that is not read: its version and the identity that its content has given it. Null for one
    /// that is read, and for the framework, of which the major version counts.
    /// </summary>
    public static string? Stamp(Assembly assembly) =>
        Stamps.GetOrAdd(
            assembly,
            static a => Is(a) || IsFramework(a) ? null : $"{a.GetName().Version} {a.ManifestModule.ModuleVersionId:N}"
        );

    static bool IsOurs(AssemblyName name) => name.Name is "DcrDsl" || name.Name!.StartsWith("DcrDsl.", StringComparison.Ordinal);

    static bool IsFramework(Assembly assembly) =>
        assembly.Location is { Length: > 0 } place
            ? Path.GetDirectoryName(place) == Framework
            : assembly.GetName().Name!.StartsWith("System.", StringComparison.Ordinal);
}
