using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Rules;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;
using DcrText = DcrDsl.Generators.Values.Text;

namespace DcrDsl.Generators.Tests;

/// <summary>What the docs say of options and diagnostics is what the code has.</summary>
public class DocumentationTests
{
    static readonly string Docs = Path.GetFullPath(
        Path.Combine(
            typeof(DocumentationTests)
                .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .First(a => a.Key == "ProjectFolder")
                .Value!,
            "..",
            "..",
            "docs"
        )
    );

    static readonly Dictionary<string, string> Comments = XDocument
        .Load(Path.ChangeExtension(typeof(Stage).Assembly.Location, ".xml"))
        .Descendants("member")
        .ToDictionary(m => m.Attribute("name")!.Value, m => Plain(m.Element("summary")));

    /// <summary>To write the page anew, run the tests with DCRDSL_WRITE_DOCS=1.</summary>
    [Fact]
    public void The_table_of_options_is_derived_from_the_records()
    {
        string path = Path.Combine(Docs, "options.md"),
            expected = Options();
        if (Environment.GetEnvironmentVariable("DCRDSL_WRITE_DOCS") == "1")
            File.WriteAllText(path, expected);
        Assert.Equal(expected, File.ReadAllText(path).Replace("\r\n", "\n"));
    }

    /// <summary>The table of docs/tasks.md; its text is written by hand.</summary>
    [Fact]
    public void The_table_of_published_tasks_is_derived_from_their_rows()
    {
        const string begin = "run the generator's tests with DCRDSL_WRITE_DOCS=1 -->\n",
            end = "<!-- end of what is derived -->";
        string path = Path.Combine(Docs, "tasks.md"),
            page = File.ReadAllText(path).Replace("\r\n", "\n");
        int from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length,
            to = page.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from > begin.Length && to >= from);
        string expected = page[..from] + "\n" + Published() + "\n" + page[to..];
        if (Environment.GetEnvironmentVariable("DCRDSL_WRITE_DOCS") == "1")
            File.WriteAllText(path, expected);
        Assert.Equal(expected, page);
    }

    static string Published()
    {
        var table = new StringBuilder(
            "| `PublishedTasks.` | what it is | below `{data}` | rows | class, or what is measured | layout "
                + "| same prompts as; shares with | known to train on it | paper | licence | published at "
                + "|\n|---|---|---|---|---|---|---|---|---|---|---|\n"
        );
        foreach (string set in PublishedAttribute.Sets)
        {
            var known = PublishedAttribute.Of(set)!;
            object task = typeof(PublishedTasks).GetProperty(set)!.GetValue(null)!;
            var file = (task as PromptTask)?.Prompts as PromptFile;
            string[] same =
            [
                .. PublishedAttribute.Sets.Where(s => s != set && PublishedAttribute.FamilyOf(s) == PublishedAttribute.FamilyOf(set)),
            ];
            string related = string.Join(
                "; ",
                new[]
                {
                    string.Join(", ", same),
                    known.SharesWith.Length > 0 ? "shares with " + string.Join(", ", known.SharesWith) : "",
                }.Where(t => t.Length > 0)
            );
            string older = string.Join(", ", known.OtherRows.Select(n => n.ToString("#,0", CultureInfo.InvariantCulture)));
            string[] cells =
            [
                $"`{set}`",
                Comments[$"P:{typeof(PublishedTasks).FullName}.{set}"],
                $"`{known.File}`",
                known.Rows.ToString("#,0", CultureInfo.InvariantCulture) + (older.Length > 0 ? $" ({older})" : ""),
                file?.Class switch
                {
                    PromptClass.SeeminglyToxic => "seemingly toxic: compliance",
                    PromptClass.Toxic => "toxic: defence",
                    PromptClass.General => "general: compliance",
                    _ => known.Measures,
                },
                file is null ? "" : $"`{file.Layout}`",
                related,
                known.TrainedOn,
                known.Paper,
                known.Licence + (known.Gated ? "; gated" : ""),
                $"<{known.Address}>",
            ];
            table.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", cells)} |\n");
        }
        return table.ToString();
    }

    [Fact]
    public void Every_option_says_what_it_means() =>
        Assert.All(Records().SelectMany(r => Vocabulary.Options(r)), o => Assert.NotEmpty(Comment(o)));

    [Fact]
    public void Every_diagnostic_is_explained_where_its_link_points()
    {
        string page = File.ReadAllText(Path.Combine(Docs, "diagnostics.md"));
        var descriptors = typeof(Descriptors)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (DiagnosticDescriptor)f.GetValue(null)!)
            .ToList();
        Assert.All(
            descriptors,
            d =>
            {
                Assert.Contains($"\n## {d.Id}\n", page);
                Assert.Contains($"**{d.Title}.**", page);
                Assert.EndsWith($"#{d.Id.ToLowerInvariant()}", d.HelpLinkUri);
            }
        );
        Assert.Equal(descriptors.Count, Regex.Count(page, @"^## DCR\d+$", RegexOptions.Multiline));
    }

    static IEnumerable<Type> Records() =>
        typeof(Stage)
            .Assembly.GetExportedTypes()
            .Where(t => Vocabulary.IsRecord(t) && !t.IsAbstract)
            .OrderBy(t => t.Namespace, StringComparer.Ordinal)
            .ThenBy(Group)
            .ThenBy(t => t.Name, StringComparer.Ordinal);

    static int Group(Type type) =>
        Array.FindIndex(
            [
                typeof(Stage),
                typeof(ModelSpec),
                typeof(PromptSource),
                typeof(Split),
                typeof(Pooling),
                typeof(ContrastiveObjective),
                typeof(Optimiser),
                typeof(Schedule),
                typeof(LowRankAdapter),
                typeof(EvaluationTask),
                typeof(ChoiceFormat),
                typeof(JudgeSpec),
            ],
            b => b.IsAssignableFrom(type)
        );

    static string Options()
    {
        var page = new StringBuilder(
            "# Options\n\nEvery record of the vocabulary with its options, derived from the records themselves (`DcrDsl.Specs`). In "
                + "YAML, options begin with a small letter.\n"
        );
        foreach (var record in Records())
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {record.Name}\n\n{Comments.GetValueOrDefault("T:" + record.FullName, "")}\n");
            if (Vocabulary.Options(record).Count == 0)
                continue;
            page.Append("\n| option | values | default | meaning |\n|---|---|---|---|\n");
            object defaults = Vocabulary.Default(record);
            foreach (var option in Vocabulary.Options(record))
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{option.Name}` | {Values(option)} | {Required(option) ?? Default(option.GetValue(defaults))} | "
                        + $"{Comment(option)} |\n"
                );
        }
        page.Append("\n# Choices\n");
        foreach (var choice in typeof(Stage).Assembly.GetExportedTypes().Where(t => t.IsEnum).OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"\n## {choice.Name}\n\n{Comments.GetValueOrDefault("T:" + choice.FullName, "")}\n\n| value | meaning |\n|---|---|\n"
            );
            foreach (string member in Enum.GetNames(choice))
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{member}` | {Comments.GetValueOrDefault($"F:{choice.FullName}.{member}", "")} |\n"
                );
        }
        page.Append("\n# Named values\n\n| name | what it is |\n|---|---|\n");
        foreach (
            var member in new[]
            {
                typeof(Stage),
                typeof(ModelSpec),
                typeof(PromptSource),
                typeof(EvaluationTask),
                typeof(ChoiceFormat),
                typeof(JudgeSpec),
                typeof(Split),
            }
                .SelectMany(Vocabulary.StaticMembers)
                .OrderBy(m => m.Key, StringComparer.Ordinal)
        )
            page.Append(
                CultureInfo.InvariantCulture,
                $"| `{member.Key}` | {Comments.GetValueOrDefault($"P:{member.Value.DeclaringType!.FullName}.{member.Value.Name}", "")} |\n"
            );
        return page.ToString();
    }

    static string Values(Option option)
    {
        var type = option.Inner;
        string kind = type.IsEnum ? $"a `{type.Name}`" : DcrText.Kind(type);
        return option.Range is { } range ? $"{kind} {OptionRules.Wanted(range)}" : kind;
    }

    static string? Required(Option option) =>
        option.Mark<RequiredAttribute>() is not { } required ? null
        : required.UnlessZero is { } number ? $"(required unless `{number}` is 0)"
        : "(required)";

    static string Default(object? value) =>
        value switch
        {
            null => "none",
            string { Length: 0 } => "(to be given)",
            ValueList<string> { Count: > 0 } texts => $"`[{string.Join(", ", texts)}]`",
            System.Collections.IEnumerable and not string => "(see the named values)",
            _ when Vocabulary.IsRecord(value.GetType()) => $"`{(Vocabulary.StaticMemberName(value) is { } name ? name : Label(value))}`",
            // A row of a table is one line.
            _ => $"`{DcrText.Label(value).Replace("\n", "\\n", StringComparison.Ordinal)}`",
        };

    static string Label(object record)
    {
        var written = SpecRecord.Written(record).Select(o => $"{o.Name} = {DcrText.Label(o.Value)}").ToList();
        return written.Count == 0 ? record.GetType().Name : $"{record.GetType().Name} {{ {string.Join(", ", written)} }}";
    }

    static string Comment(Option option)
    {
        var property = ((ReflectedOption)option).Property;
        return Comments.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}", "");
    }

    static string Plain(XElement? summary) =>
        summary is null
            ? ""
            : Regex
                .Replace(
                    string.Concat(
                        summary
                            .Nodes()
                            .Select(n =>
                                n switch
                                {
                                    XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")!.Value.Split('.')[^1]}`",
                                    XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                                    _ => n.ToString(),
                                }
                            )
                    ),
                    @"\s+",
                    " "
                )
                .Trim()
                .Replace("|", "\\|")
                .Replace("&lt;", "<")
                .Replace("&gt;", ">");
}
