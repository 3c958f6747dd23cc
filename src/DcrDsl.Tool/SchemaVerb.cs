using System.CommandLine;
using DcrDsl.Cli;

namespace DcrDsl.Tool;

/// <summary><c>schema</c>: the JSON Schema of <c>*.dcr.yaml</c> files; in a project that of its program, with its own records.</summary>
static class SchemaVerb
{
    public static Verb Of(Terminal terminal, string folder)
    {
        var output = new Option<string?>("--out") { HelpName = "FILE", Description = "Write it to a file; without it, it is printed." };
        var vocabulary = new Option<bool>("--vocabulary")
        {
            Description = "The schema of DcrDsl's own vocabulary, without the records of a project; nothing is built.",
        };
        var command = new Command("schema", "Writes the JSON Schema of *.dcr.yaml files.") { output, vocabulary };
        command.SetAction(parsed =>
        {
            string? file = parsed.GetValue(output);
            if (!parsed.GetValue(vocabulary) && ProjectFile.TryIn(folder, out string project, out _))
                return ProjectProgram.Run(project, ["schema", .. file is null ? (string[])[] : ["--out", file]]);
            string schema = OfVocabulary();
            if (file is null)
                terminal.Plain(schema);
            else
                Write(file, schema);
            return ExitCode.Success;
        });
        return new Verb(command, () => ["schema --out dcr.schema.json"]);
    }

    static void Write(string file, string schema)
    {
        try
        {
            File.WriteAllText(file, schema);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"--out {file}: the schema cannot be written there: {e.Message.TrimEnd('.')}.");
        }
    }

    static string OfVocabulary()
    {
        using var reader = new StreamReader(typeof(SchemaVerb).Assembly.GetManifestResourceStream("dcr.schema.json")!);
        return reader.ReadToEnd();
    }
}
