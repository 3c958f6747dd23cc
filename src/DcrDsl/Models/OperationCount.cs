namespace DcrDsl.Models;

/// <summary>
/// The floating-point operations of this thread's passes through decoders, counted from the shapes: a product of [n, k] and [k, m] has
/// 2·n·k·m. Counted are the matrices of blocks and head, q·kᵀ and the sum over v (whole squares, places of padding included); left out are
/// norms, activations, rotations, losses and optimisers. Where gradients are recorded, a backward pass follows: twice as many again for
/// trained matrices and for attention, once for frozen ones, whose inputs alone get gradients.
/// </summary>
static class OperationCount
{
    [ThreadStatic]
    static double total;

    /// <summary>All of this thread so far.</summary>
    public static double OfThread => total;

    /// <summary>Another thread has done these for this one.</summary>
    public static void Take(double operations) => total += operations;

    /// <summary>Rows go through matrices.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="frozen">Elements of matrices that get no gradient.</param>
    /// <param name="trained">Elements of those that do.</param>
    /// <param name="records">Whether gradients are recorded.</param>
    public static void Product(double rows, double frozen, double trained, bool records) =>
        total += 2 * rows * (records ? 2 * frozen + 3 * trained : frozen + trained);

    /// <summary>Queries look at keys in one block.</summary>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="queries">Queries of a row.</param>
    /// <param name="keys">Keys of a row.</param>
    /// <param name="width">Heads times their width.</param>
    /// <param name="records">Whether gradients are recorded.</param>
    public static void Attention(double rows, double queries, double keys, double width, bool records) =>
        total += 4 * rows * queries * keys * width * (records ? 3 : 1);
}
