namespace DcrDsl.Tool.Doctor;

/// <summary>The .NET SDK, which compiles declarations into programs.</summary>
static class Sdk
{
    const int Needed = 10;
    const string Install = "Install the .NET SDK 10: https://dotnet.microsoft.com/download";

    public static Finding Look()
    {
        try
        {
            return Read(ProjectProgram.Ask("--list-sdks").Said);
        }
        catch (InputException missing)
        {
            return new(".NET SDK", State.Fails, missing.Message, Install);
        }
    }

    /// <summary>Reads what <c>dotnet --list-sdks</c> prints: a version and a folder on each line.</summary>
    internal static Finding Read(string listed)
    {
        string[] versions = [.. listed.Split('\n').Select(l => l.Split(' ')[0].Trim()).Where(v => v.Length > 0 && char.IsDigit(v[0]))];
        return versions.Any(v => int.TryParse(v.Split('.')[0], out int major) && major >= Needed)
            ? new(".NET SDK", State.Works, string.Join(", ", versions))
            : new(".NET SDK", State.Fails, versions.Length == 0 ? "none" : string.Join(", ", versions), Install);
    }
}
