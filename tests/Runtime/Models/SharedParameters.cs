using DcrDsl.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

/// <summary>Which parameters two decoders have in common.</summary>
static class SharedParameters
{
    /// <summary>Of how many parameters, none of which is 0 everywhere, a change of the one is a change of the other.</summary>
    public static int Count(Decoder one, Decoder other)
    {
        using var frozen = no_grad();
        int common = 0;
        foreach (string name in one.Parameters.Names)
        {
            var before = other.Parameters[name].clone();
            one.Parameters[name].neg_();
            if (!before.equal(other.Parameters[name]).all().ToBoolean())
                common++;
            one.Parameters[name].neg_();
        }
        return common;
    }
}
