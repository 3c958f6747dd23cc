using System.Text.Json;
using DcrDsl.FileSystem;

namespace DcrDsl.Results;

/// <summary>The file <c>provenance.json</c> of a run folder.</summary>
static class ProvenanceFile
{
    public static void Write(string folder, ProvenanceRecord provenance) =>
        WholeFile.WriteText(
            Path.Combine(folder, RunFiles.Provenance),
            JsonSerializer.Serialize(provenance, ProvenanceJson.Default.ProvenanceRecord) + "\n"
        );

    /// <exception cref="InputException">The file is damaged, or of a later version.</exception>
    public static ProvenanceRecord Read(string path)
    {
        var provenance = RecordFile.Read(path, ProvenanceJson.Default.ProvenanceRecord);
        if (provenance.Format != ProvenanceRecord.CurrentFormat)
            throw new InputException(
                FormattableString.Invariant(
                    $"{path}: its format is {provenance.Format}, and this version of DcrDsl reads {ProvenanceRecord.CurrentFormat}; "
                ) + "report with the version that ran it."
            );
        if (provenance.Files.Contains(null!) || provenance.Processor.Features.Contains(null!))
            throw new InputException($"{path}: this is not what DcrDsl wrote; run the experiment again.");
        return provenance;
    }
}
