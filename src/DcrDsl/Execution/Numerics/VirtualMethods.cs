using System.Collections.Concurrent;
using System.Reflection;

namespace DcrDsl.Execution.Numerics;

/// <summary>
/// Which method of a type a virtual call can come to: rather one too many than one too few, for a name and a number of parameters.
/// </summary>
sealed class VirtualMethods
{
    const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    static readonly ConcurrentDictionary<Type, VirtualMethods> Known = new();
    static readonly ConcurrentDictionary<MethodBase, (string Name, int Parameters, bool IsStatic)> Likenesses = new();
    readonly ILookup<(string Name, int Parameters, bool IsStatic), MethodInfo> alike;

    VirtualMethods(Type type)
    {
        var line = new List<Type>();
        for (var level = type; level is not null; level = level.BaseType is { } below ? Written.Definition(below) : null)
            line.Add(level);
        var interfaces = type.GetInterfaces().Select(Written.Definition).Distinct().ToList();
        Supers = [.. line, .. interfaces];
        alike = line.Concat(interfaces)
            .Where(ReadCode.Is)
            .SelectMany(t => t.GetMethods(Declared))
            .Where(m => (m.IsVirtual || m.IsStatic) && !m.IsAbstract && !Written.IsNameless(m))
            .ToLookup(Likeness);
        CalledFromOutside =
        [
            .. alike.SelectMany(g => g).Where(m => m.IsVirtual && !ReadCode.Is(m.GetBaseDefinition().DeclaringType!)),
            .. interfaces.Where(i => !ReadCode.Is(i)).SelectMany(i => i.GetMethods(Declared)).SelectMany(Implementing),
        ];
    }

    /// <summary>The type itself, all it derives from and its interfaces, as declared.</summary>
    public HashSet<Type> Supers { get; }

    /// <summary>What code that is not read can call: what overrides methods of its types and implements its interfaces.</summary>
    public HashSet<MethodInfo> CalledFromOutside { get; }

    /// <summary>Those of a type as it is declared.</summary>
    public static VirtualMethods Of(Type type) => Known.GetOrAdd(type, static t => new VirtualMethods(t));

    /// <summary>All virtual methods that a type declares, in its order.</summary>
    public static IEnumerable<MethodBase> DeclaredBy(Type type) =>
        type.GetMethods(Declared).Where(m => m.IsVirtual && !m.IsAbstract).OrderBy(m => m.MetadataToken);

    /// <summary>What a call of a virtual method comes to with this type.</summary>
    public IEnumerable<MethodInfo> Implementing(MethodBase slot)
    {
        foreach (var method in alike[Likenesses.GetOrAdd(slot, Likeness)])
        {
            yield return method;
            // The line begins with the type itself, so what it overrides for certain is not called through this slot.
            if (!slot.DeclaringType!.IsInterface && Overrides(method, slot))
                yield break;
        }
    }

    static bool Overrides(MethodInfo method, MethodBase slot) =>
        !method.Attributes.HasFlag(MethodAttributes.NewSlot)
        && method.GetParameters().Select(p => p.ParameterType).SequenceEqual(slot.GetParameters().Select(p => p.ParameterType));

    // "System.IDisposable.Dispose": an interface implemented explicitly.
    static (string, int, bool) Likeness(MethodBase method) =>
        (method.Name[(method.Name.LastIndexOf('.') + 1)..], method.GetParameters().Length, method.IsStatic);
}
