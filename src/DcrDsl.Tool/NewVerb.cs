using System.CommandLine;
using System.Reflection;
using DcrDsl.Cli;

namespace DcrDsl.Tool;

/// <summary><c>new</c>: a project of a template, from the package of templates of the tool's own version.</summary>
static class NewVerb
{
    const string Package = "DcrDsl.Templates",
        Usual = "dcr";

    internal static readonly string[] Templates = [Usual, "dcr-model", "dcr-loss"];

    public static Verb Of(Terminal terminal)
    {
        var words = new Argument<string[]>("TEMPLATE NAME")
        {
            HelpName = "[TEMPLATE] NAME",
            Arity = new ArgumentArity(1, 2),
            Description = $"A template ({string.Join(", ", Templates)}; default {Usual}) and the name of the project.",
        };
        words.CompletionSources.Add(Templates);
        var output = new Option<string?>("--out") { HelpName = "DIR", Description = "The folder to make; default: the name." };
        var source = new Option<string?>("--source")
        {
            HelpName = "FEED",
            Description = $"Where the package {Package} is, besides the feeds of NuGet's settings: a folder or an address.",
        };
        var command = new Command("new", "Makes a project of experiments with its tests.") { words, output, source };
        command.SetAction(parsed =>
        {
            var (template, name) = Read(parsed.GetRequiredValue(words));
            string folder = Path.GetFullPath(parsed.GetValue(output) ?? name);
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
                throw new InputException($"{folder} is not empty: give another NAME, or a folder with --out.");
            Install(parsed.GetValue(source));
            var (code, said) = ProjectProgram.Ask("new", template, "-n", name, "-o", folder, "--skipRestore", "true", "--dcrdsl", Version);
            if (code != 0)
                throw new InputException($"dotnet new {template} failed: {Sentence(said)}");
            terminal.Tell($"{folder} is made. Next: cd {Path.GetRelativePath(Environment.CurrentDirectory, folder)} && dcr run first");
            return ExitCode.Success;
        });
        return new Verb(command, () => ["new dcr MyLab", "new dcr-loss MyLab --out ../MyLab"]);
    }

    internal static (string Template, string Name) Read(string[] words)
    {
        if (words is [var only])
            return Templates.Contains(only)
                ? throw new InputException($"new {only}: give the project a name, for example dcr new {only} MyLab.")
                : (Usual, Checked(only));
        return Templates.Contains(words[0])
            ? (words[0], Checked(words[1]))
            : throw new InputException($"There is no template '{words[0]}'.{Wording.UnknownName.Hint(words[0], Templates)}");
    }

    // It becomes a namespace and the names of files.
    static string Checked(string name) =>
        name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_') && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '.')
            ? name
            : throw new InputException($"'{name}' cannot be a project's name: give letters, digits, _ and ., a letter first.");

    /// <summary>The version of the tool, which is that of all packages.</summary>
    internal static string Version =>
        typeof(NewVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    static void Install(string? source)
    {
        var (_, installed) = ProjectProgram.Ask("new", "uninstall");
        if (IsInstalled(installed, Version))
            return;
        string[] feed = source is null ? [] : ["--add-source", source];
        var (code, said) = ProjectProgram.Ask(["new", "install", $"{Package}@{Version}", "--force", .. feed]);
        if (code != 0)
            throw new InputException(
                $"The templates cannot be had: {Package} {Version} is on no feed that NuGet knows here ({Sentence(said)}) Name a folder "
                    + "that has it with --source DIR, or install it with dotnet new install PATH/TO/DcrDsl.Templates."
                    + Version
                    + ".nupkg."
            );
    }

    /// <summary>Reads what <c>dotnet new uninstall</c> lists: the package's name on one line, its version below.</summary>
    internal static bool IsInstalled(string listed, string version)
    {
        string[] lines = [.. listed.Split('\n').Select(l => l.Trim())];
        int at = Array.IndexOf(lines, Package);
        return at >= 0 && lines.Skip(at + 1).Take(2).Any(l => l == "Version: " + version);
    }

    static string Sentence(string said) =>
        said.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Contains("error", StringComparison.OrdinalIgnoreCase))
        ?? said.Split('\n').Select(l => l.Trim()).LastOrDefault(l => l.Length > 0, "it said nothing.");
}
