using DcrDsl.FileSystem;
using DcrDsl.Models;
using DcrDsl.Models.SafeTensors;

namespace DcrDsl.Store;

/// <summary>The digest of all bits of a model's weights.</summary>
static class WeightsDigest
{
    /// <summary>SHA-256, in lower-case hexadecimal, of the safetensors file of the weights, which is not written.</summary>
    public static string Of(Decoder decoder)
    {
        var parameters = decoder.Parameters;
        using var digesting = new DigestingStream(Stream.Null);
        SafeTensorsWriter.Writing(parameters.Names.Select(n => (n, parameters[n])))(digesting);
        return digesting.Digest;
    }
}
