using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>What was run, with what, and how to run it again.</summary>
static class DeclarationSection
{
    public static ReportSection Of(RunResults run)
    {
        var experiment = run.Experiment;
        var environment = experiment.Environment;
        return new ReportSection(
            "What was run",
            [
                new ReportTable(
                    "The arms",
                    [ReportColumn.Words("arm"), ReportColumn.Words("what it is for"), ReportColumn.Words("stages")],
                    [
                        .. experiment.Arms.Select(a =>
                            (IReadOnlyList<ReportCell>)[a.Name, a.Summary, string.Join(" → ", a.Stages.Select(s => s.Property))]
                        ),
                    ],
                    experiment.Command
                ),
                new ReportText(
                    $"Declared in {experiment.DeclaredIn}. Seeds {string.Join(", ", experiment.Seeds)}. DcrDsl {environment.Tool}, "
                        + $"{environment.Torch}, device {environment.Device}, {English.Count(environment.Threads, "thread")}, "
                        + $"{environment.System}.{Frozen(environment.FrozenBase)}"
                ),
                new ReportText($"To run it again, in {experiment.Directory}:"),
                new ReportCode(experiment.Command, "sh"),
                new ReportText("To make this report again from the files of the run:"),
                new ReportCode(experiment.ReportCommand, "sh"),
                new ReportText("The declaration in normal form, every option written out:"),
                new ReportCode(experiment.Spec, "yaml"),
            ],
            SectionPlace.Folded
        );
    }

    static string Frozen(string formats) =>
        formats == nameof(TorchSharp.torch.ScalarType.Float32)
            ? ""
            : $" Matrices that stayed frozen beside an adapter were held in {formats}.";
}
