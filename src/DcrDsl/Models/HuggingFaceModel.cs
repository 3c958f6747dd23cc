using DcrDsl.Data.Chat;
using DcrDsl.FileSystem;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.Checkpoints;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>Opens the model of <see cref="Specs.HuggingFace"/>.</summary>
public static class HuggingFaceModel
{
    /// <summary>The directory's decoder, in float32, and its tokenizer with the chat template.</summary>
    /// <param name="spec">The directory and what it does not say by itself.</param>
    /// <param name="seed">Not used: the weights are given.</param>
    /// <param name="device">Where the parameters shall be.</param>
    /// <exception cref="InputException">The directory is missing, or something of it is damaged or not supported.</exception>
    public static LanguageModel Open(Specs.HuggingFace spec, ulong seed, Device device)
    {
        if (string.IsNullOrWhiteSpace(spec.Path))
            throw new InputException(
                "The Hugging Face model has no Path: name the directory that holds its config.json, safetensors and tokenizer.json."
            );
        RegularFile.RequirePath(spec.Path);
        if (!Directory.Exists(spec.Path))
            throw new InputException(
                $"There is no model directory {spec.Path} (looked for {Path.GetFullPath(spec.Path)}): give one that holds config.json, "
                    + $"safetensors and tokenizer.json."
            );
        if (!File.Exists(Path.Combine(spec.Path, HuggingFaceDirectory.ConfigFile)))
            throw new InputException(
                $"{spec.Path} has no {HuggingFaceDirectory.ConfigFile}: give the directory of a model, which also holds safetensors and "
                    + $"tokenizer.json."
            );
        var chat = ChatDirectory.Open(spec.Path, spec.ChatTemplate, spec.EndOfTurn, spec.Date);
        var model = new LanguageModel(HuggingFaceDirectory.Open(spec.Path, device), chat);
        try
        {
            AttachmentDirectory.OpenAll(spec.Path, model);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
