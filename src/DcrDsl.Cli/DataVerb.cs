using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using System.Text.Json;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Specs;
using DcrDsl.Wording;
using Spectre.Console;

namespace DcrDsl.Cli;

/// <summary><c>data</c>: the files that experiments read: where they are published, and whether they are here.</summary>
static class DataVerb
{
    const int Shown = 12;

    static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Verb Of(Catalog catalog, Terminal terminal)
    {
        var names = new Argument<string[]>("NAME") { Arity = ArgumentArity.ZeroOrMore, Description = "The experiments; default: all." };
        names.CompletionSources.Add(_ => catalog.Names.Select(n => new CompletionItem(n)));
        var paths = new PathOption(catalog);
        var json = new Option<bool>("--json") { Description = "As JSON, with the digest of each file." };
        var command = new Command(
            "data",
            "Lists the files that experiments read: where they are published, under which licence, and whether they are here. Nothing is "
                + "downloaded. Exit code 1 where one is not in its place."
        )
        {
            names,
            paths.Option,
            json,
        };
        command.SetAction(
            (parsed, cancellation) =>
            {
                string[] given = parsed.GetValue(names) ?? [];
                ExperimentDefinition[] experiments = given.Length == 0 ? [.. catalog.Experiments] : [.. given.Select(catalog.Find)];
                var files = DeclaredFiles.Of(experiments, paths.OfAny(experiments, parsed), cancellation);
                if (parsed.GetValue(json))
                    terminal.Plain(JsonSerializer.Serialize(files.Select(Described), Json));
                else
                    Write(files, terminal);
                return Task.FromResult(files.Any(f => f is { Place: not null, Files: null }) ? ExitCode.Mistake : ExitCode.Success);
            }
        );
        return new Verb(command, () => ["data", "data --json"]);
    }

    static void Write(IReadOnlyList<DeclaredFile> files, Terminal terminal)
    {
        if (files.Count == 0)
        {
            terminal.Plain("They read no files: all their prompts and models are built in.");
            return;
        }
        var table = new Table().RoundedBorder().AddColumns("file", "is it here?", "published set", "experiments");
        foreach (var file in files)
            table.AddRow(
                new Text(file.Declared),
                new Text(Presence(file)),
                new Text(file.Set ?? "–"),
                new Text(string.Join(", ", file.Experiments))
            );
        terminal.Out.Write(table);
        foreach (var file in files.Where(f => f.Published is not null).DistinctBy(f => f.Set))
            terminal.Plain(Publication(file.Set!, file.Published!));
        string[] unknown = [.. RunPaths.None.Missing(files.Where(f => f.Place is null).Select(f => f.Declared))];
        if (unknown.Length > 0)
            terminal.Plain(
                $"To look whether they are here, say where {English.List([.. unknown.Select(n => $"{{{n}}}")], "and")} "
                    + $"{(unknown.Length == 1 ? "is" : "are")}: {string.Join(" ", unknown.Select(n => $"--path {n}=DIR"))}."
            );
        int missing = files.Count(f => f is { Place: not null, Files: null });
        if (missing > 0)
            terminal.Plain(
                $"{English.Count(missing, "file")} {(missing == 1 ? "is" : "are")} not in place; nothing is downloaded by itself."
            );
    }

    static string Publication(string set, PublishedAttribute known) =>
        $"{set}: {known.Address} (licence: {known.Licence}{(known.Gated ? "; its publisher asks readers to agree first" : "")})";

    static string Presence(DeclaredFile file)
    {
        if (file.Place is null)
            return "its place is not given";
        if (file.Files is null)
            return $"no: {file.Place}";
        string size = English.Size(file.Files.Sum(f => f.Bytes)),
            what = Directory.Exists(file.Place) ? English.Count(file.Files.Count, "file") : Digest(file);
        return $"yes, {size}, {what}{Rows(file)}";
    }

    static string Digest(DeclaredFile file) =>
        file.Files is [{ Sha256: { } sha }] ? $"SHA-256 {sha[..Math.Min(Shown, sha.Length)]}…" : "it cannot be read";

    static string Rows(DeclaredFile file)
    {
        if (file.Published is not { } known || file.Rows is not { } rows)
            return "";
        string has = string.Create(CultureInfo.InvariantCulture, $", {rows:#,0} rows");
        return known.Has(rows) ? has + " as published" : string.Create(CultureInfo.InvariantCulture, $"{has}, published {known.Rows:#,0}");
    }

    static object Described(DeclaredFile file) =>
        new
        {
            file.Declared,
            file.Experiments,
            file.Place,
            Here = file.Place is null ? (bool?)null : file.Files is not null,
            file.Files,
            file.Rows,
            Published = file.Published is { } known
                ? new
                {
                    file.Set,
                    known.Address,
                    known.Licence,
                    known.Gated,
                    known.Paper,
                    Rows = (int[])[known.Rows, .. known.OtherRows],
                }
                : null,
        };
}
