using System.Text.Json;
using DcrDsl.Data.Files;
using DcrDsl.Models;
using DcrDsl.Models.Attachments;

namespace DcrDsl.Store;

/// <summary>
/// The files of a model that a stage has made of another without training its weights: what it has added, adapters above all, and which of
/// it was merged into them. The model is opened again by adding the same to the model that the stage began with.
/// </summary>
static class StoredAddition
{
    const string RecordFile = "addition.json",
        Wanted = "the record of what a stage has added to a model";

    /// <summary>Writes what was added into the directory of an entry.</summary>
    /// <param name="model">The model as the stage left it.</param>
    /// <param name="added">What it has added, in order.</param>
    /// <param name="directory">The directory.</param>
    public static void Write(LanguageModel model, IReadOnlyList<Attachment> added, string directory)
    {
        foreach (var (index, attachment) in added.Index())
            attachment.Save(PlaceOf(directory, AttachmentDirectory.NameOf(index, attachment)));
        var record = new AdditionRecord(
            [.. added.Select((a, i) => new AddedRecord(AttachmentDirectory.NameOf(i, a), Merged: !a.IsAttached))],
            WeightsDigest.Of(model.Decoder)
        );
        File.WriteAllBytes(
            Path.Combine(directory, RecordFile),
            JsonSerializer.SerializeToUtf8Bytes(record, StoreJson.Default.AdditionRecord)
        );
    }

    /// <summary>Adds what an entry has to the model that its stage began with.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="model">That model, freed of what the stage found merged.</param>
    /// <param name="frozen">The number formats of matrices that stay frozen beside an adapter.</param>
    /// <returns>Whether the weights are those that the stage left, to the bit.</returns>
    /// <exception cref="InputException">The entry does not fit the model, or cannot be read.</exception>
    public static bool Load(StoreEntry entry, LanguageModel model, FrozenFormat frozen)
    {
        var record = JsonFile.Read(entry.PathOf(RecordFile), Wanted, json => json.Deserialize(StoreJson.Default.AdditionRecord)!);
        foreach (var (name, merged) in record.Added)
        {
            var attachment = AttachmentDirectory.Open(PlaceOf(entry.Directory, name), model, frozen);
            if (merged)
                attachment.Merge();
        }
        return WeightsDigest.Of(model.Decoder) == record.Weights;
    }

    static string PlaceOf(string directory, string name) => Path.Combine(directory, AttachmentDirectory.Folder, name);
}

/// <summary>The file <c>addition.json</c>.</summary>
/// <param name="Added">What the stage has added, in order.</param>
/// <param name="Weights">The digest of the model's weights afterwards.</param>
sealed record AdditionRecord(IReadOnlyList<AddedRecord> Added, string Weights);

/// <summary>One thing that a stage has added to a model.</summary>
/// <param name="Name">Its directory.</param>
/// <param name="Merged">Whether it was folded into the weights.</param>
sealed record AddedRecord(string Name, bool Merged);
