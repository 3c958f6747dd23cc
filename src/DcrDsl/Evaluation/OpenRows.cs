using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation;

/// <summary>Which prompts the rows of a decoding batch belong to, what they have said so far, and which of them have ended.</summary>
sealed class OpenRows(int count)
{
    readonly List<int>[] completions = [.. Enumerable.Range(0, count).Select(_ => new List<int>())];
    readonly bool[] ended = new bool[count];
    int[] prompts = [.. Enumerable.Range(0, count)];

    /// <summary>The prompt of each row that is still in the batch.</summary>
    public IReadOnlyList<int> Prompts => prompts;

    /// <summary>The tokens of each prompt, by prompt.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Completions => completions;

    /// <summary>Which prompts were left because what they had been answered was enough.</summary>
    public bool[] Settled { get; } = new bool[count];

    /// <summary>Whether no row is open any more.</summary>
    public bool AllEnded => ended.All(e => e);

    /// <summary>Lets a prompt say nothing more.</summary>
    public void Close(int prompt) => ended[prompt] = true;

    /// <summary>Adds the next token of every open row, [B] int64; waits for the device.</summary>
    /// <param name="next">The tokens.</param>
    /// <param name="stopTokens">Those that end a completion.</param>
    /// <param name="settled">Whether what a prompt has been answered so far is enough; null: nothing is.</param>
    public void Take(Tensor next, IReadOnlyCollection<int> stopTokens, Func<int, IReadOnlyList<int>, bool>? settled = null)
    {
        using var onCpu = next.cpu();
        var chosen = onCpu.data<long>();
        for (int row = 0; row < prompts.Length; row++)
        {
            int prompt = prompts[row],
                token = (int)chosen[row];
            if (ended[prompt])
                continue;
            completions[prompt].Add(token);
            if (stopTokens.Contains(token))
                ended[prompt] = true;
            else if (settled?.Invoke(prompt, completions[prompt]) == true)
                ended[prompt] = Settled[prompt] = true;
        }
    }

    /// <summary>
    /// Drops the ended rows once they are a quarter of the batch, as moving the others costs about as much as a token; gives the places of
    /// those kept, or null.
    /// </summary>
    public long[]? Dropped()
    {
        long[] open = [.. Enumerable.Range(0, prompts.Length).Where(row => !ended[prompts[row]]).Select(row => (long)row)];
        if (open.Length > prompts.Length * 3 / 4)
            return null;
        prompts = [.. open.Select(row => prompts[row])];
        return open;
    }
}
