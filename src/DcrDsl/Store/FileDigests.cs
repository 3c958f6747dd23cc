using System.Security.Cryptography;
using DcrDsl.FileSystem;
using DcrDsl.Models.Attachments;
using DcrDsl.Results;

namespace DcrDsl.Store;

/// <summary>The digests of what a run reads: of files, and of the files of directories.</summary>
static class FileDigests
{
    // Weights in other formats often lie beside those that are read.
    static readonly string[] NeverRead =
    [
        ".bin",
        ".pt",
        ".pth",
        ".ckpt",
        ".gguf",
        ".onnx",
        ".h5",
        ".msgpack",
        ".ot",
        ".md",
        WholeFile.Aside,
    ];

    /// <summary>The files behind paths, each once, in order of their names.</summary>
    /// <param name="paths">
    /// Files, and directories of which the files are taken that lie right in them or belong to what is attached to the model.
    /// </param>
    public static IReadOnlyList<string> FilesOf(IEnumerable<string> paths) =>
        [
            .. paths
                .SelectMany(path => Directory.Exists(path) ? In(path) : [path])
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The digests of files, read in pieces, several files at a time. A file that cannot be read has none.</summary>
    /// <param name="files">The files.</param>
    /// <param name="threads">How many are read at a time.</param>
    /// <param name="cancellation">Gives up what is left.</param>
    public static IReadOnlyList<FileDigest> Of(IReadOnlyList<string> files, int threads, CancellationToken cancellation)
    {
        var digests = new FileDigest[files.Count];
        Parallel.For(
            0,
            files.Count,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            i => digests[i] = Of(files[i], cancellation)
        );
        return digests;
    }

    static FileDigest Of(string file, CancellationToken cancellation)
    {
        try
        {
            long length = new FileInfo(file).Length;
            // Pipes and devices have no length; to open them could wait for ever.
            if (length == 0)
                return new FileDigest(file, 0, Convert.ToHexStringLower(SHA256.HashData([])));
            using var stream = new FileStream(
                file,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite,
                bufferSize: 0,
                FileOptions.SequentialScan
            );
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] block = new byte[1 << 20];
            int read;
            while ((read = stream.Read(block)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                hash.AppendData(block, 0, read);
            }
            return new FileDigest(file, length, Convert.ToHexStringLower(hash.GetCurrentHash()));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new FileDigest(file, 0, null);
        }
    }

    static IEnumerable<string> In(string directory)
    {
        try
        {
            return
            [
                .. Directory
                    .EnumerateFiles(directory)
                    .Concat(AttachmentDirectory.FilesOf(directory))
                    .Where(f =>
                        !Path.GetFileName(f).StartsWith('.') && !NeverRead.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase)
                    ),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
