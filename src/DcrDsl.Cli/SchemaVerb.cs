using System.CommandLine;
using DcrDsl.FileSystem;

namespace DcrDsl.Cli;

/// <summary><c>schema</c>: the JSON Schema by which editors complete, explain and check <c>*.dcr.yaml</c> files.</summary>
static class SchemaVerb
{
    public static Verb Of(Catalog catalog, Terminal terminal)
    {
        var output = new Option<string>("--out")
        {
            HelpName = "FILE",
            Description = "Write it to a file, for example dcr.schema.json beside the YAML files; without it, it is printed.",
        };
        var command = new Command("schema", "Writes the JSON Schema of *.dcr.yaml files, this project's own records included.") { output };
        command.SetAction(parsed =>
        {
            string schema = ExperimentSchema.Of(catalog.Experiments);
            if (parsed.GetValue(output) is not { } file)
            {
                terminal.Plain(schema);
                return ExitCode.Success;
            }
            Write(file, schema);
            terminal.Tell($"{file} is written. A YAML file says where it is on its first line: # yaml-language-server: $schema={file}");
            return ExitCode.Success;
        });
        return new Verb(command, () => ["schema > dcr.schema.json"]);
    }

    static void Write(string file, string schema)
    {
        try
        {
            WholeFile.WriteText(file, schema);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"--out {file}: the schema cannot be written there: {e.Message.TrimEnd('.')}.");
        }
    }
}
