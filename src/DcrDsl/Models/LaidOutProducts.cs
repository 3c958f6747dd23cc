namespace DcrDsl.Models;

/// <summary>
/// The linear modules of a decoder, which is only read meanwhile, multiply with weights that are laid out for it until this is disposed:
/// answers, likelihoods and searches ask the same weights thousands of times.
/// </summary>
sealed class LaidOutProducts : IDisposable
{
    /// <summary>The most that the weights of a decoder may hold: their copies hold as much again.</summary>
    internal const long MostBytes = 1L << 31;

    readonly List<LinearLayer> layers = [];

    /// <summary>Begins; where there is nothing to gain, nothing changes.</summary>
    /// <param name="decoder">Has the modules. No weight of it may change until this is disposed.</param>
    public LaidOutProducts(Decoder decoder)
    {
        if (BytesOf(decoder) > MostBytes)
            return;
        try
        {
            foreach (var layer in Suiting(decoder))
            {
                layer.LayOut();
                layers.Add(layer);
            }
        }
        catch
        {
            // Copies that nobody takes back would outlive a change of their weights.
            Dispose();
            throw;
        }
    }

    /// <summary>What the copies of a decoder's weights hold, in bytes, or would.</summary>
    public static long BytesOf(Decoder decoder) => Suiting(decoder).Sum(l => l.Weight.numel() * l.Weight.element_size());

    static IEnumerable<LinearLayer> Suiting(Decoder decoder) => decoder.LinearLayers.Where(l => LaidOutWeight.Suits(l.Weight));

    public void Dispose()
    {
        foreach (var layer in layers)
            layer.TakeBack();
    }
}
