using DcrDsl.Definition;
using DcrDsl.Results;
using DcrDsl.Specs;
using DcrDsl.Store;

namespace DcrDsl.Execution;

/// <summary>
/// The files and folders that experiments name, with what is known of them: of published sets where they are published, of what is here its
/// size and digest. Nothing is downloaded.
/// </summary>
static class DeclaredFiles
{
    /// <param name="experiments">The experiments.</param>
    /// <param name="paths">Where the names in their paths lie, as far as that is known.</param>
    /// <param name="cancellation">Gives up.</param>
    public static IReadOnlyList<DeclaredFile> Of(
        IEnumerable<ExperimentDefinition> experiments,
        RunPaths paths,
        CancellationToken cancellation
    )
    {
        var uses =
            from experiment in experiments
            from value in experiment.Values
            where SpecOptions.Is(value)
            from use in Uses(value)
            where use.Path.Length > 0
            group (experiment.Name, use.Owner) by use.Path;
        return [.. uses.OrderBy(u => u.Key, StringComparer.Ordinal).Select(u => Look(u.Key, [.. u], paths, cancellation))];
    }

    /// <summary>Each path in a record, with the record that it is an option of.</summary>
    static IEnumerable<(string Path, object Owner)> Uses(object record) =>
        SpecOptions
            .Within<object>(record)
            .Prepend(record)
            .SelectMany(owner =>
                SpecOptions
                    .Options(owner.GetType())
                    .Where(o => o.IsDefined(typeof(RunPathAttribute), inherit: true))
                    .Select(o => (o.GetValue(owner) as string ?? "", owner))
            );

    /// <summary>The published set that a path names by its folder and file, as the tasks of the vocabulary do; null: none.</summary>
    static string? SetAt(string declared) =>
        PublishedAttribute.Sets.FirstOrDefault(s =>
            declared.Replace('\\', '/').EndsWith("/" + PublishedAttribute.Of(s)!.File, StringComparison.Ordinal)
        );

    static DeclaredFile Look(string declared, (string Experiment, object Owner)[] uses, RunPaths paths, CancellationToken cancellation)
    {
        string[] experiments = [.. uses.Select(u => u.Experiment).Distinct()];
        object? prompts = Array.Find(uses, u => u.Owner is PromptFile or MultipleChoiceTask).Owner;
        string? set = prompts switch
        {
            PromptFile file => file.Set,
            MultipleChoiceTask task when task.Path == declared => task.Set,
            _ => null,
        };
        set ??= prompts is null ? null : SetAt(declared);
        var found = new DeclaredFile(declared, experiments) { Set = set };
        if (paths.Missing([declared]).Any())
            return found;
        string place = paths.Resolve(declared);
        found = found with { Place = place };
        if (!Path.Exists(place))
            return found;
        return found with
        {
            Files = FileDigests.Of(FileDigests.FilesOf([place]), Environment.ProcessorCount, cancellation),
            Rows = set is null ? null : TaskDescriptions.Rows(prompts!, paths),
        };
    }
}

/// <summary>A file or folder that experiments name.</summary>
/// <param name="Declared">The path as it is declared.</param>
/// <param name="Experiments">The experiments that name it.</param>
sealed record DeclaredFile(string Declared, IReadOnlyList<string> Experiments)
{
    /// <summary>Where it is to be; null: a name in its path has no place yet.</summary>
    public string? Place { get; init; }

    /// <summary>The published set that it is; null: none that is known.</summary>
    public string? Set { get; init; }

    /// <summary>The file, or those of the folder; null: it is not here, or it is not known where.</summary>
    public IReadOnlyList<FileDigest>? Files { get; init; }

    /// <summary>How many rows it has, of a published set that is here.</summary>
    public int? Rows { get; init; }

    /// <summary>What is known of the published set.</summary>
    public PublishedAttribute? Published => PublishedAttribute.Of(Set);
}
