using System.Text.Json.Nodes;
using DcrDsl.Data.Files;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.Guards;
using DcrDsl.Models.Interventions;
using DcrDsl.Models.LowRank;
using DcrDsl.Models.SafeTensors;
using static TorchSharp.torch;

namespace DcrDsl.Models.Attachments;

/// <summary>
/// The directories in which attachments are kept: a PEFT directory for an adapter; for all others <c>attachment.json</c>, which says the
/// kind and the version of its form, and <c>attachment.safetensors</c>. A model's directory has those of what is attached in its folder
/// <c>attachments</c>, in their order.
/// </summary>
public static class AttachmentDirectory
{
    /// <summary>Where a model's directory has its attachments.</summary>
    internal const string Folder = "attachments";

    const string ConfigFile = "attachment.json",
        TensorsFile = "attachment.safetensors",
        Wanted = "the attachment.json of something that was attached to a model";

    /// <summary>The kinds that have this form, each with its version and how it is read.</summary>
    internal static readonly IReadOnlyList<AttachmentKind> Kinds =
    [
        DirectionAblation.Form,
        DirectionAddition.Form,
        SurgicalSteering.Form,
        ScansSteering.Form,
        TriggerGuard.Form,
        ClassifierGuard.Form,
        RevisionGuard.Form,
    ];

    /// <summary>Opens an attachment and attaches it.</summary>
    /// <param name="directory">The directory of the attachment.</param>
    /// <param name="model">The model that it was made for.</param>
    /// <returns>The attachment, which is the model's.</returns>
    /// <exception cref="InputException">
    /// A file is missing, damaged, of a later version or not supported, or does not fit the model; names the file.
    /// </exception>
    public static Attachment Open(string directory, LanguageModel model) => Open(directory, model, frozen: null);

    /// <summary>The same, with the number format of the matrices that an adapter freezes; null: they stay as they are.</summary>
    internal static Attachment Open(string directory, LanguageModel model, FrozenFormat? frozen)
    {
        string path = Path.Combine(directory, ConfigFile);
        if (File.Exists(path))
            return model.Attach(JsonFile.Read(path, Wanted, json => Read(directory, new ConfigFields(path, "", json), model.Decoder)));
        if (File.Exists(Path.Combine(directory, PeftConfig.File)))
            return model.Attach(PeftDirectory.Open(directory, model.Decoder, frozen: frozen));
        throw new InputException(
            $"{directory} holds no attachment: it has neither {ConfigFile} nor PEFT's {PeftConfig.File}; give a directory that one was "
                + $"saved in."
        );
    }

    /// <summary>Attaches what a model's directory has in its folder of attachments.</summary>
    internal static void OpenAll(string modelDirectory, LanguageModel model)
    {
        foreach (string directory in In(modelDirectory))
            Open(directory, model);
    }

    /// <summary>Writes what is attached to a model into its directory.</summary>
    /// <param name="directory">The model's directory as it is being written.</param>
    /// <param name="model">The model.</param>
    /// <param name="home">Where the directory will be.</param>
    internal static void SaveAll(string directory, LanguageModel model, string home)
    {
        foreach (var (index, attachment) in model.Attachments.Where(a => a.IsAttached).Index())
            attachment.Save(Path.Combine(directory, Folder, NameOf(index, attachment)), Path.GetFullPath(home));
    }

    /// <summary>The name of one of several: its number, from 1, and its kind.</summary>
    internal static string NameOf(int index, Attachment attachment) => FormattableString.Invariant($"{index + 1}-{attachment.Kind}");

    /// <summary>The directories of the attachments in a model's directory, in order.</summary>
    static IEnumerable<string> In(string modelDirectory)
    {
        string folder = Path.Combine(modelDirectory, Folder);
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).OrderBy(Number).ToArray() : [];

        static int Number(string directory) =>
            int.TryParse(Path.GetFileName(directory).Split('-')[0], out int number)
                ? number
                : throw new InputException(
                    $"{directory}: the directories of attachments are named by their order, as in 1-lora; rename it, or take it away."
                );
    }

    /// <summary>The files of all attachments in a model's directory.</summary>
    internal static IEnumerable<string> FilesOf(string modelDirectory)
    {
        string folder = Path.Combine(modelDirectory, Folder);
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).SelectMany(Directory.EnumerateFiles) : [];
    }

    /// <summary>Writes the two files of a kind.</summary>
    internal static void Write(
        string directory,
        AttachmentKind kind,
        JsonObject options,
        IEnumerable<(string Name, Tensor Value)> tensors
    ) =>
        NewDirectory.Write(
            directory,
            aside =>
            {
                var json = new JsonObject { ["kind"] = kind.Name, ["version"] = kind.Version };
                foreach (var (key, value) in options)
                    json[key] = value?.DeepClone();
                JsonFile.Write(Path.Combine(aside, ConfigFile), json);
                SafeTensorsWriter.Write(Path.Combine(aside, TensorsFile), tensors);
            }
        );

    static Attachment Read(string directory, ConfigFields fields, Decoder decoder)
    {
        string name = fields.OptionalText("kind") ?? throw fields.Missing("kind");
        var kind =
            Kinds.FirstOrDefault(k => k.Name == name)
            ?? throw fields.Refusal(
                "kind",
                $"is {SafeTensorsHeader.Quote(name)}, which is not known; there are {string.Join(", ", Kinds.Select(k => k.Name))}"
            );
        int version = fields.Integer("version");
        if (version != kind.Version)
            throw fields.Refusal(
                "version",
                FormattableString.Invariant(
                    $"is {version}, and this program reads version {kind.Version} of {name}; use the program that wrote it"
                )
            );
        using var file = SafeTensorsFile.Open(Path.Combine(directory, TensorsFile));
        using var scope = NewDisposeScope();
        return kind.Read(fields, new StoredDirections(file, decoder));
    }
}
