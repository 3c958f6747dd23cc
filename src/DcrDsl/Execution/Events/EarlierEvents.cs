using DcrDsl.Definition;
using DcrDsl.FileSystem;

namespace DcrDsl.Execution.Events;

/// <summary>The events of the steps that a stage run takes over from an earlier process.</summary>
static class EarlierEvents
{
    /// <summary>
    /// Copies them, up to the checkpoint, so that no step is missing and none is there twice; what the earlier process did after the
    /// checkpoint is done again.
    /// </summary>
    /// <param name="kept">Where they are; null: nowhere.</param>
    /// <param name="path">The file for them; it is made where they can be read.</param>
    /// <returns>Whether they could be copied.</returns>
    /// <exception cref="IOException">The new file cannot be written.</exception>
    public static bool Copy(KeptEvents? kept, string path)
    {
        if (kept is null || kept.Bytes <= 0 || Read(kept) is not { } lines)
            return false;
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        FileSizeLimit.Observe(path, () => file.Write(lines));
        return true;
    }

    /// <summary>The beginning of the file, if it is as long as it was and ends with a line.</summary>
    static byte[]? Read(KeptEvents kept)
    {
        try
        {
            RegularFile.Require(kept.File);
            using var file = new FileStream(kept.File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length < kept.Bytes)
                return null;
            byte[] lines = new byte[kept.Bytes];
            file.ReadExactly(lines);
            return lines[^1] == (byte)'\n' ? lines : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InputException)
        {
            return null; // its run was removed, say; the training log is in the checkpoint itself
        }
    }
}
