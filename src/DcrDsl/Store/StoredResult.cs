using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Models;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.SafeTensors;
using DcrDsl.Results;
using static TorchSharp.torch;

namespace DcrDsl.Store;

/// <summary>
/// The files of a result: a model's weights and what is attached to it, or only what a stage has added to another's
/// (<see cref="StoredAddition"/>), the completions of answers, the verdicts of scores. A model's shape and tokenizer are not among them:
/// the stage that makes the base model gives them again.
/// </summary>
static class StoredResult
{
    const string Weights = "weights.safetensors",
        Completions = "completions.jsonl",
        Verdicts = "verdicts.jsonl",
        ReadingLines = "readings.jsonl",
        Head = "lm_head.weight";

    /// <summary>Writes a result into the directory of an entry.</summary>
    /// <param name="product">The result.</param>
    /// <param name="asAddition">Whether a model is written as what was added to the one that its stage began with.</param>
    /// <param name="directory">The directory.</param>
    public static void Write(StageProduct product, bool asAddition, string directory)
    {
        switch (product)
        {
            case ModelProduct { Model: var model, Added: { } added } when asAddition:
                StoredAddition.Write(model, added, directory);
                break;
            case ModelProduct { Model: var model }:
                var parameters = model.Decoder.Parameters;
                SafeTensorsWriter.WriteNew(Path.Combine(directory, Weights), parameters.Names.Select(n => (n, parameters[n])));
                AttachmentDirectory.SaveAll(directory, model, directory);
                break;
            case AnswersProduct { Answers: var answers }:
                AnswersFile.Write(Path.Combine(directory, Completions), answers);
                break;
            case ScoresProduct { Scores: var scores }:
                VerdictsFile.Write(Path.Combine(directory, Verdicts), scores);
                break;
        }
    }

    /// <summary>Writes what was read along a stage run into the directory of an entry.</summary>
    public static void Write(IReadOnlyList<Reading> readings, string directory) =>
        ReadingsFile.Write(Path.Combine(directory, ReadingLines), readings);

    /// <summary>What a run's folder says of a stage run, with what an entry has of readings.</summary>
    public static StageRunRecord Watched(StoreEntry entry) =>
        entry.Manifest.Run with
        {
            Readings = ReadingsFile.Read(entry.PathOf(ReadingLines), entry.Manifest.Run.Watching?.Readings ?? 0),
        };

    /// <summary>Gives a base model the weights and attachments of an entry.</summary>
    /// <exception cref="InputException">The entry does not fit the model, or cannot be read.</exception>
    public static void Load(StoreEntry entry, LanguageModel model)
    {
        using (var file = SafeTensorsFile.Open(entry.PathOf(Weights)))
        using (NewDisposeScope())
        using (no_grad())
        {
            if (file.Entries.ContainsKey(Head) && !model.Decoder.Parameters.Names.Contains(Head))
                model.Decoder.Untie();
            var parameters = model.Decoder.Parameters;
            if (!parameters.Names.Order(StringComparer.Ordinal).SequenceEqual(file.Entries.Keys.Order(StringComparer.Ordinal)))
                throw new InputException($"{file.Path} holds the weights of another model.");
            foreach (string name in parameters.Names)
                parameters[name].copy_(file.Load(name));
        }
        AttachmentDirectory.OpenAll(entry.Directory, model);
    }

    /// <summary>The answers of an entry.</summary>
    public static Answers Answers(StoreEntry entry) => AnswersFile.Read(entry.PathOf(Completions));

    /// <summary>The scores of an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="answers">The answers that were judged.</param>
    public static Scores Scores(StoreEntry entry, Answers answers) => VerdictsFile.Read(entry.PathOf(Verdicts), answers);
}
