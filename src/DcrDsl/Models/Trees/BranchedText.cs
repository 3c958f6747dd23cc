namespace DcrDsl.Models.Trees;

/// <summary>A text and what may follow it, as a tree of tokens behind its last one.</summary>
/// <param name="Text">The text's tokens; at least one.</param>
/// <param name="Behind">The tokens behind it; each comes after its parent.</param>
/// <param name="Parents">For each of them the one before it; −1: the text's last token.</param>
readonly record struct BranchedText(int[] Text, IReadOnlyList<int> Behind, IReadOnlyList<int> Parents)
{
    /// <summary>A text that nothing follows.</summary>
    public BranchedText(int[] text)
        : this(text, [], []) { }

    /// <summary>Whether nothing branches, so that all of it is one plain sequence.</summary>
    public bool IsChain
    {
        get
        {
            for (int i = 0; i < Parents.Count; i++)
                if (Parents[i] != i - 1)
                    return false;
            return true;
        }
    }
}
