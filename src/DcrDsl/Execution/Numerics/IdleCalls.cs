using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using DcrDsl.Specs;

namespace DcrDsl.Execution.Numerics;

/// <summary>
/// Calls in a method's body that change no result, as the methods that are called are marked so: they are read as if they were not there.
/// Only calls whose arguments are locals, parameters and constants are such; to compute an argument may itself do something.
/// </summary>
static class IdleCalls
{
    static readonly ConcurrentDictionary<MethodInfo, bool> Known = new();

    /// <summary>The places of the instructions that make them up, in the list.</summary>
    public static HashSet<int> In(List<Instruction> instructions, TokenScope scope)
    {
        var idle = new HashSet<int>();
        for (int at = 0; at < instructions.Count; at++)
            if (
                instructions[at].Code.OperandType == OperandType.InlineMethod
                && scope.Member(instructions[at].Token) is MethodInfo method
                && Known.GetOrAdd(method, IsIdle)
            )
            {
                int first = at - method.GetParameters().Length - (method.IsStatic ? 0 : 1);
                if (first < 0 || !instructions[first..at].All(i => i.IsPlainLoad))
                    continue;
                // A build for debugging lets each statement end with an instruction that does nothing.
                int last = at + 1 < instructions.Count && instructions[at + 1].Code == OpCodes.Nop ? at + 1 : at;
                for (int part = first; part <= last; part++)
                    idle.Add(part);
            }
        return idle;
    }

    static bool IsIdle(MethodInfo method) =>
        method.ReturnType == typeof(void)
        && ReadCode.Is(method.Module.Assembly)
        && method.IsDefined(typeof(NoEffectOnResultAttribute), inherit: false);
}
