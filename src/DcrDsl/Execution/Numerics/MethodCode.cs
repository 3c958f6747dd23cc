using System.Collections.Concurrent;
using System.Reflection;

namespace DcrDsl.Execution.Numerics;

/// <summary>What a method does, as a digest, and what it leads to. The closures, lambdas and iterators within it are part of it.</summary>
/// <param name="Name">Its name, as people know it.</param>
/// <param name="Digest">Of instructions, constants and names.</param>
/// <param name="Calls">Methods that it calls or makes delegates of; static constructors that it sets off.</param>
/// <param name="Slots">Virtual methods and those of interfaces that it calls, as declared first.</param>
/// <param name="Instantiated">Types, as declared, of which it makes objects or uses values.</param>
/// <param name="Assemblies">Assemblies that it calls and that are not read.</param>
sealed record MethodCode(
    string Name,
    string Digest,
    IReadOnlyCollection<MethodBase> Calls,
    IReadOnlyCollection<MethodBase> Slots,
    IReadOnlyCollection<Type> Instantiated,
    IReadOnlyCollection<Assembly> Assemblies
)
{
    static readonly ConcurrentDictionary<MethodBase, MethodCode> Known = new();

    /// <summary>The code of a method as it is declared.</summary>
    public static MethodCode Of(MethodBase method) => Known.GetOrAdd(method, static m => MethodReader.Read(m));
}
