using DcrDsl.Results;
using DcrDsl.Results.Comparing;

namespace DcrDsl.Reports;

/// <summary>A comparison by its arms.</summary>
static class PairText
{
    /// <summary>"DCR − STL at Dcr.Layer = 2".</summary>
    public static string Of(ComparedArms compared) => $"{compared.Arm} − {compared.Reference}{CellBlocks.At(compared.Values)}";
}
