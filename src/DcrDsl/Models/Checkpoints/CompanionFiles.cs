using DcrDsl.Data.Corpus;
using DcrDsl.FileSystem;

namespace DcrDsl.Models.Checkpoints;

/// <summary>
/// The files of a model's directory that go with its weights when it is written elsewhere: tokenizer, chat templates, generation settings.
/// A link is followed within the directory and into Hugging Face's cache, whose snapshots are made of links; one that leads elsewhere would
/// put a foreign file among those that are given on.
/// </summary>
static class CompanionFiles
{
    static readonly string[] Names =
    [
        "added_tokens.json",
        "chat_template.jinja",
        "chat_template.json",
        "generation_config.json",
        "merges.txt",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer.model",
        "tokenizer_config.json",
        ToyWorldTokenizerFile.Name,
        "vocab.json",
    ];

    const string Folder = "additional_chat_templates";

    /// <exception cref="InputException">One of the files is a link to elsewhere.</exception>
    public static void Check(string directory) => Of(directory);

    /// <summary>Copies those that are there: the bytes alone, as a read-only source must not make read-only copies.</summary>
    /// <exception cref="InputException">One of the files is a link to elsewhere; nothing has been copied.</exception>
    public static void Copy(string source, string target)
    {
        foreach (string file in Of(source))
        {
            string copy = Path.Combine(target, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.WriteAllBytes(copy, RegularFile.Bytes(Path.Combine(source, file)));
        }
    }

    static IReadOnlyList<string> Of(string directory)
    {
        string templates = Path.Combine(directory, Folder);
        var files = Names.Where(name => File.Exists(Path.Combine(directory, name))).ToList();
        if (Directory.Exists(templates))
            files.AddRange(Directory.EnumerateFiles(templates, "*.jinja").Select(f => Path.Combine(Folder, Path.GetFileName(f))));
        string home = Followed(directory);
        foreach (string path in files.Select(file => Path.Combine(directory, file)))
            if (Followed(path) is var real && !IsWithin(real, home) && !IsInCache(real))
                throw new InputException(
                    $"{path} leads to {real}, which lies outside the model's directory and the Hugging "
                        + $"Face cache, so it is not written with the model; put the file itself there, or take the link away."
                );
        return files;
    }

    static bool IsWithin(string path, string directory) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(directory) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>…/models--OWNER--NAME/blobs/DIGEST.</summary>
    static bool IsInCache(string path) =>
        Directory.GetParent(path) is { Name: "blobs", Parent: { } repository }
        && repository.Name.StartsWith("models--", StringComparison.Ordinal);

    static string Followed(string path)
    {
        try
        {
            return RealPath.Of(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                $"{path} cannot be followed to where it leads ({e.Message.TrimEnd('.')}); put the file " + "itself there.",
                e
            );
        }
    }
}
