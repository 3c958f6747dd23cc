using System.Reflection;

namespace DcrDsl.Execution.Numerics;

/// <summary>What the tokens in a method's body stand for.</summary>
sealed class TokenScope(MethodBase method)
{
    readonly Module module = method.Module;
    readonly Type[]? ofType = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
    readonly Dictionary<int, MemberInfo?> found = [];
    readonly Type[]? ofMethod = method is MethodInfo { IsGenericMethod: true } generic ? generic.GetGenericArguments() : null;

    /// <summary>A text in quotes.</summary>
    public string Text(int token) => module.ResolveString(token);

    /// <summary>
    /// A type, method or field; null where the assembly that should have it does not, so that the code cannot run either.
    /// </summary>
    public MemberInfo? Member(int token)
    {
        if (!found.TryGetValue(token, out var member))
            found.Add(token, member = Find(token));
        return member;
    }

    MemberInfo? Find(int token)
    {
        try
        {
            return module.ResolveMember(token, ofType, ofMethod);
        }
        catch (Exception e) when (e is IOException or TypeLoadException or MissingMemberException or BadImageFormatException)
        {
            return null;
        }
    }
}
