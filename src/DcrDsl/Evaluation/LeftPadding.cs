using static TorchSharp.torch;

namespace DcrDsl.Evaluation;

/// <summary>
/// Prompts as rows of one length, with padding before the shorter ones: their ends are in one column, behind which answers grow. A
/// beginning that all share can stand in front of the padding.
/// </summary>
static class LeftPadding
{
    /// <summary>The tokens behind a shared beginning, [B, longest − shared], with zeros before the shorter rows.</summary>
    public static Tensor Tokens(IReadOnlyList<int[]> prompts, int longest, Device device, int shared = 0)
    {
        int width = longest - shared;
        long[] tokens = new long[prompts.Count * width];
        for (int row = 0; row < prompts.Count; row++)
        {
            int padding = longest - prompts[row].Length;
            for (int i = padding; i < width; i++)
                tokens[row * width + i] = prompts[row][shared + i - padding];
        }
        return tensor(tokens, [prompts.Count, width], device: device);
    }

    /// <summary>
    /// Where the whole rows have tokens, those to come counted, [B, capacity]; null where nothing is padded.
    /// </summary>
    public static Tensor? Mask(IReadOnlyList<int[]> prompts, int capacity, Device device, int shared = 0)
    {
        int longest = prompts.Max(p => p.Length);
        if (prompts.All(p => p.Length == longest))
            return null;
        bool[] mask = new bool[prompts.Count * capacity];
        for (int row = 0; row < prompts.Count; row++)
        {
            int padding = longest - prompts[row].Length;
            mask.AsSpan(row * capacity, shared).Fill(true);
            mask.AsSpan(row * capacity + shared + padding, capacity - shared - padding).Fill(true);
        }
        return tensor(mask, [prompts.Count, capacity], device: device);
    }
}
