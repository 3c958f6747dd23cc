using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>What differs between two runs in what they were run with and in what was declared.</summary>
static class RunsDifferSection
{
    public static IEnumerable<ReportSection> Of(RunResults first, RunResults second, string command)
    {
        IReadOnlyList<ReportCell>[] rows =
        [
            .. Settings(first)
                .Zip(Settings(second), (a, b) => (a.Name, A: a.Value, B: b.Value))
                .Concat(Files(first, second))
                .Where(r => r.A != r.B)
                .Select(r => (IReadOnlyList<ReportCell>)[r.Name, r.A, r.B]),
        ];
        yield return new ReportSection(
            "What differs in how they were run",
            [
                rows.Length == 0
                    ? new ReportText("Nothing that is written down of processor, libraries, commit and files.")
                    : new ReportTable(
                        "Processor, libraries, commit and files that are not the same",
                        [ReportColumn.Words(""), ReportColumn.Words("A"), ReportColumn.Words("B")],
                        rows,
                        command
                    ),
            ],
            SectionPlace.Front
        );
        string difference = LineDifference.Of(first.Experiment.Spec, second.Experiment.Spec);
        yield return new ReportSection(
            "What differs in the declaration",
            [
                difference.Length == 0
                    ? new ReportText("Nothing: both are declared alike, in normal form.")
                    : new ReportCode(difference, "diff"),
            ]
        );
    }

    static IEnumerable<(string Name, string Value)> Settings(RunResults run)
    {
        var (environment, provenance) = (run.Experiment.Environment, run.Provenance);
        yield return ("DcrDsl", environment.Tool);
        yield return ("libtorch", environment.Torch);
        yield return ("device", environment.Device);
        yield return ("threads", Numbers.Of(environment.Threads, 0));
        yield return ("system", environment.System);
        yield return ("frozen matrices", environment.FrozenBase);
        yield return ("processor", provenance?.Processor.Label ?? Numbers.Undefined);
        yield return ("BLAS", provenance?.Libraries.Blas ?? Numbers.Undefined);
        yield return (".NET", provenance?.Libraries.Runtime ?? Numbers.Undefined);
        yield return ("threads of one operation", provenance is null ? Numbers.Undefined : Numbers.Of(provenance.Threads.Each, 0));
        yield return ("commit", provenance?.Repository?.Commit ?? Numbers.Undefined);
        yield return ("changed files", provenance?.Repository?.Changed is { } changed ? Numbers.Of(changed, 0) : Numbers.Undefined);
        yield return (
            "environment variables",
            provenance is null
                ? Numbers.Undefined
                : string.Join(", ", provenance.Variables.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}"))
        );
        yield return ("seeds", string.Join(", ", run.Experiment.Seeds));
        yield return ("command", run.Experiment.Command);
    }

    /// <summary>Files by their names, wherever they lie, as far as names tell them apart.</summary>
    static IEnumerable<(string Name, string A, string B)> Files(RunResults first, RunResults second)
    {
        var (a, b) = (Digests(first), Digests(second));
        foreach (string name in a.Keys.Union(b.Keys).Order(StringComparer.Ordinal))
            yield return (name, a.GetValueOrDefault(name, Numbers.Undefined), b.GetValueOrDefault(name, Numbers.Undefined));
    }

    static Dictionary<string, string> Digests(RunResults run) =>
        (run.Provenance?.Files ?? [])
            .GroupBy(f => Path.GetFileName(f.Path))
            .ToDictionary(
                g => g.Key,
                g => string.Join(", ", g.Select(f => f.Sha256 is { } digest ? digest[..12] : "it could not be read"))
            );
}
