using DcrDsl.Execution.Origin;
using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>Where the numbers come from: processor, libraries, repository, and the digests of what was read.</summary>
static class ProvenanceSection
{
    public static IEnumerable<ReportSection> Of(RunResults run)
    {
        if (run.Provenance is not { } provenance)
            yield break;
        yield return new ReportSection(
            "Where the numbers come from",
            [
                new ReportText(
                    "Another processor, instruction set or library rounds differently, and a greedy answer can tip over from that: "
                        + "numbers are the same digit by digit only where all of this is."
                ),
                new ReportList([
                    Processor(provenance.Processor),
                    Libraries(provenance.Libraries),
                    Threads(provenance.Threads),
                    Variables(provenance.Variables),
                    Repository(provenance.Repository),
                ]),
            ]
        );
        if (provenance.Files.Count == 0)
            yield break;
        yield return new ReportSection(
            $"Digests of the {English.Count(provenance.Files.Count, "file")} that were read",
            [
                new ReportTable(
                    "SHA-256 of each file before the run",
                    [ReportColumn.Words("file"), new("bytes"), ReportColumn.Words("digest")],
                    [
                        .. provenance.Files.Select(f =>
                            (IReadOnlyList<ReportCell>)[f.Path, Numbers.Of(f.Bytes, 0), f.Sha256 ?? "it could not be read"]
                        ),
                    ],
                    run.Experiment.Command
                ),
                new ReportText($"The digests took {English.Duration(TimeSpan.FromSeconds(provenance.DigestSeconds))}."),
            ],
            SectionPlace.Folded
        );
    }

    static string Processor(ProcessorRecord processor)
    {
        string version = processor.Version.Length > 0 ? $" ({processor.Version})" : "";
        string features =
            processor.Features.Count == 0 ? "no vector instructions that are known here" : string.Join(", ", processor.Features);
        return $"Processor: {processor.Name}{version}, {processor.Architecture}, {English.Count(processor.Logical, "logical processor")}. "
            + $"libtorch's kernels: {processor.Kernels}; the processor has {features}.";
    }

    static string Libraries(LibrariesRecord libraries) =>
        $"Libraries: DcrDsl {libraries.DcrDsl}, TorchSharp {libraries.TorchSharp}, libtorch {libraries.Libtorch}, "
        + $"BLAS {libraries.Blas}, {libraries.Runtime}, {libraries.System}.";

    static string Threads(ThreadsRecord threads) =>
        $"{English.Count(threads.Total, "thread")}: up to {English.Count(threads.StageRuns, "stage run")} side by side, "
        + $"{English.Count(threads.Each, "thread")} for an operation.";

    static string Variables(IReadOnlyDictionary<string, string> variables) =>
        variables.Count == 0
            ? "No environment variable that the libraries obey was set."
            : $"Environment: {string.Join(", ", variables.Select(v => $"{v.Key}={v.Value}"))}.";

    static string Repository(RepositoryRecord? repository) =>
        repository is null
            ? "The program lies in no repository."
            : $"Repository {repository.Folder}, commit {repository.Commit}, {State(repository)}"
                + (repository.BuiltFrom is { } built && built != repository.Commit ? $"; the program was built at commit {built}." : ".");

    static string State(RepositoryRecord repository) =>
        (repository.Changed, repository.Untracked) switch
        {
            (null, _) or (_, null) => "whether it was changed is not known",
            (0, 0) => "unchanged",
            ({ } changed, 0) => $"{English.Count(changed, "file")} changed",
            ({ } changed, { } untracked) =>
                $"{English.Count(changed, "file")} changed and {Numbers.Of(untracked, 0)} not under version control",
        };
}
