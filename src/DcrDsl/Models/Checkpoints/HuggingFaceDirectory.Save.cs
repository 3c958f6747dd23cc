using DcrDsl.Data.Files;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.SafeTensors;
using static TorchSharp.torch;

namespace DcrDsl.Models.Checkpoints;

/// <content>Writing.</content>
public static partial class HuggingFaceDirectory
{
    /// <summary>
    /// The largest weight file that <see cref="Save(string, LanguageModel, ScalarType?, long)"/> writes unless told otherwise: 5 GB, as
    /// transformers.
    /// </summary>
    public const long UsualShardSize = 5_000_000_000;

    /// <summary>
    /// Writes a model as a directory that transformers opens: the weights, one file or shards with an index; <c>config.json</c>; and, from
    /// the directory the model was opened from, its tokenizer, chat templates and generation settings; the built-in model has a tokenizer
    /// file of its own, which <see cref="HuggingFaceModel"/> opens and transformers does not.
    /// </summary>
    /// <param name="directory">A directory that is not there, or is empty; it is written aside and renamed.</param>
    /// <param name="model">
    /// The model. What is attached to it is written into the folder <c>attachments</c>; transformers passes that over.
    /// </param>
    /// <param name="dtype">The number format of the weights, converted one at a time; null: the decoder's own.</param>
    /// <param name="shardSize">The most bytes of weights in a file; a larger tensor has a file of its own.</param>
    /// <exception cref="InputException">
    /// The directory has files or cannot be written, no Hugging Face family has the decoder's shape, or a file that goes with it is a link
    /// to elsewhere.
    /// </exception>
    /// <exception cref="InvalidOperationException">An adapter is attached to the decoder and not to the model.</exception>
    public static void Save(string directory, LanguageModel model, ScalarType? dtype = null, long shardSize = UsualShardSize)
    {
        model.RequireOwnAdapter();
        Save(directory, model.Decoder, model.Chat.EndToken, dtype, shardSize, Beside);

        void Beside(string aside)
        {
            if (model.SourceDirectory is null)
                model.Chat.Write(aside);
            AttachmentDirectory.SaveAll(aside, model, home: directory);
        }
    }

    /// <summary>The same for a decoder without its tokenizer.</summary>
    /// <inheritdoc cref="Save(string, LanguageModel, ScalarType?, long)" path="exception"/>
    /// <param name="directory">A directory that is not there, or is empty; it is written aside and renamed.</param>
    /// <param name="decoder">The decoder; no adapter may be attached.</param>
    /// <param name="dtype">The number format of the weights, converted one at a time; null: the decoder's own.</param>
    /// <param name="shardSize">The most bytes of weights in a file; a larger tensor has a file of its own.</param>
    /// <exception cref="InvalidOperationException">An adapter is attached.</exception>
    public static void Save(string directory, Decoder decoder, ScalarType? dtype = null, long shardSize = UsualShardSize)
    {
        if (decoder.Adapter is not null)
            throw new InvalidOperationException("An adapter is attached: merge it before the model is saved, or save the adapter.");
        Save(directory, decoder, endToken: null, dtype, shardSize, more: _ => { });
    }

    static void Save(string directory, Decoder decoder, int? endToken, ScalarType? dtype, long shardSize, Action<string> more)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shardSize, 1);
        var stored = dtype ?? decoder.Dtype;
        var config = HuggingFaceConfigFile.Of(decoder, endToken, stored);
        NewDirectory.Write(
            directory,
            aside =>
            {
                JsonFile.Write(Path.Combine(aside, ConfigFile), config);
                if (decoder.SourceDirectory is { } source)
                    CompanionFiles.Copy(source, aside);
                WeightFilesWriter.Write(aside, decoder.Parameters, stored, shardSize);
                more(aside);
            }
        );
    }
}
