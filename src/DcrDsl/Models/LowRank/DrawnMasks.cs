using DcrDsl.Data;

namespace DcrDsl.Models.LowRank;

/// <summary>The dropout masks that modules are about to draw, to be drawn again where a pass is gone through a second time.</summary>
sealed class DrawnMasks
{
    readonly (LoraDropout Dropout, RandomStream? Place)[] places;

    DrawnMasks((LoraDropout, RandomStream?)[] places) => this.places = places;

    /// <summary>Those that come next.</summary>
    public static DrawnMasks Next(IEnumerable<LinearLayer> layers) =>
        new([.. layers.Select(l => l.Adapter?.Dropout).OfType<LoraDropout>().Select(d => (d, d.Place))]);

    /// <summary>Whether nothing is dropped.</summary>
    public bool AreNone => places.Length == 0;

    /// <summary>Goes through a pass with them; what is drawn later is what it would have been.</summary>
    public void Again(Action pass)
    {
        if (AreNone)
        {
            pass();
            return;
        }
        var left = places.Select(p => p.Dropout.GoOnFrom(p.Place)).ToArray();
        pass();
        foreach (var ((dropout, _), place) in places.Zip(left))
            dropout.GoOnFrom(place);
    }
}
