using System.Globalization;

namespace DcrDsl.Tool.Doctor;

/// <summary>The disk that keeps results: room, and what a store relies on of a file system.</summary>
static class StoreDisk
{
    const long GiB = 1L << 30;

    /// <param name="store">The folder of the store, which need not be there; none: there is none.</param>
    public static IEnumerable<Finding> Look(string store)
    {
        if (store == "none")
            return [];
        string folder = Existing(Path.GetFullPath(store));
        return [Room(folder), Renames(folder)];
    }

    // What is looked at is where it would be made: the doctor makes no store.
    static string Existing(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
            folder = parent;
        return folder;
    }

    static Finding Room(string folder)
    {
        try
        {
            return Room(folder, new DriveInfo(folder).AvailableFreeSpace);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new("disk", State.Warns, $"{folder}: the free room is not told: {exception.Message}");
        }
    }

    internal static Finding Room(string folder, long free)
    {
        string found = string.Create(CultureInfo.InvariantCulture, $"{free / (double)GiB:0.0} GiB free at {folder}");
        return free < GiB / 4 ? new("disk", State.Fails, found, "Make room, or name another store with --store or DCR_STORE.")
            : free < 5 * GiB ? new("disk", State.Warns, found, "Enough for small models; dcr store tidies what is not needed any more.")
            : new("disk", State.Works, found);
    }

    /// <summary>A result is written beside its place and renamed over it, and a claim is a file that only one can make.</summary>
    internal static Finding Renames(string folder)
    {
        string name = Path.Combine(folder, $".dcr-doctor-{Guid.NewGuid():N}");
        try
        {
            using (var first = new FileStream(name, FileMode.CreateNew, FileAccess.Write))
                first.Write("old"u8);
            bool twice = MadeTwice(name);
            File.WriteAllText(name + ".new", "new");
            File.Move(name + ".new", name, overwrite: true);
            bool replaced = File.ReadAllText(name) == "new" && !File.Exists(name + ".new");
            return twice || !replaced
                ? new(
                    "file system",
                    State.Fails,
                    $"{folder}: {(twice ? "two can make the same file" : "a rename does not replace a file")}",
                    "Name a store on another file system with --store or DCR_STORE."
                )
                : new("file system", State.Works, "renames replace whole files, and a file is made by one only");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new(
                "file system",
                State.Fails,
                $"{folder} cannot be written: {exception.Message}",
                "Name a store that can be written with --store or DCR_STORE."
            );
        }
        finally
        {
            Remove(name);
            Remove(name + ".new");
        }
    }

    static bool MadeTwice(string name)
    {
        try
        {
            using var second = new FileStream(name, FileMode.CreateNew, FileAccess.Write);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What cannot be written cannot be removed either.
        }
    }
}
