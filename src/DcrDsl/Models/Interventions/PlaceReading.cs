using static TorchSharp.torch;

namespace DcrDsl.Models.Interventions;

/// <summary>Hands on the states of some blocks at some places of a row of tokens, and changes nothing.</summary>
/// <param name="site">Where in the blocks.</param>
/// <param name="layers">The blocks, counted from 1.</param>
/// <param name="keep">Takes the block and the states, [places, H].</param>
/// <param name="places">The places, [places], int64.</param>
sealed class PlaceReading(StreamSite site, IReadOnlyCollection<int> layers, Action<int, Tensor> keep, Tensor places) : IIntervention
{
    public bool StandsAt(StreamSite at, int block) => at == site && layers.Contains(block);

    public Tensor Apply(Tensor states, StreamVisit visit)
    {
        keep(visit.Block, states.index_select(1, places).squeeze(0));
        return states;
    }
}
