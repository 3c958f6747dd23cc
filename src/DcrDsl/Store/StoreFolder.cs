using DcrDsl.FileSystem;

namespace DcrDsl.Store;

/// <summary>Where what is kept between runs lies.</summary>
static class StoreFolder
{
    /// <summary>The variable that names it.</summary>
    public const string Variable = "DCR_STORE";

    /// <summary>What stands for no store at all, where a folder could be given.</summary>
    public const string None = "none";

    /// <summary>
    /// The folder given, else that of the variable, else <c>.dcr/store</c> in the current folder; null: there is to be none.
    /// </summary>
    /// <exception cref="InputException">What is given names no folder.</exception>
    public static string? Of(string? given)
    {
        string? named = given ?? Environment.GetEnvironmentVariable(Variable);
        if (given is null && string.IsNullOrEmpty(named))
            named = Path.Combine(".dcr", "store");
        if (named == None)
            return null;
        RegularFile.RequirePath(named!);
        if (File.Exists(named))
            throw new InputException($"The store {named} is a file: name a folder with --store or {Variable}.");
        return Path.GetFullPath(named!);
    }
}
