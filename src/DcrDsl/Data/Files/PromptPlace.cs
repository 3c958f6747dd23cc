using System.IO.Hashing;
using System.Text;

namespace DcrDsl.Data.Files;

/// <summary>The place in [0, 1) that decides into which part of a split a prompt falls.</summary>
static class PromptPlace
{
    /// <summary>
    /// The upper 53 bits of XXH64 (seed 0) over the prompt's UTF-8 bytes, divided by 2⁵³: a function of the exact text, the same on every
    /// system and easy to repeat elsewhere (Python: <c>(xxhash.xxh64_intdigest(prompt.encode()) &gt;&gt; 11) / 2**53</c>).
    /// </summary>
    public static double Of(string prompt) => (XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(prompt)) >> 11) * (1.0 / (1UL << 53));
}
