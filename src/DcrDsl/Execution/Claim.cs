using DcrDsl.Store;
using DcrDsl.Store.Leases;

namespace DcrDsl.Execution;

/// <summary>Who runs a stage run when many processes want its result.</summary>
abstract record Claim
{
    /// <summary>This process does.</summary>
    /// <param name="Lease">The right to it, to be given back; null: it is not shared with others.</param>
    public sealed record Ours(Lease? Lease) : Claim, IDisposable
    {
        public void Dispose() => Lease?.Dispose();
    }

    /// <summary>Another process does; it is worth asking again.</summary>
    public sealed record Elsewhere : Claim;

    /// <summary>Another process has.</summary>
    /// <param name="Entry">Its result, whole.</param>
    /// <param name="Readings">What was read along it, whole; null: it is not watched.</param>
    public sealed record Done(StoreEntry Entry, StoreEntry? Readings) : Claim;
}
