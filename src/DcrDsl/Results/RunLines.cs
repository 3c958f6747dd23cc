using DcrDsl.Definition;

namespace DcrDsl.Results;

/// <summary>The lines of a run folder's files with their numbers, and whether they can be those of one run.</summary>
sealed record RunLines(
    string Folder,
    ExperimentRecord Experiment,
    IReadOnlyList<(int Line, CellRecord Record)> Cells,
    IReadOnlyList<(int Line, StageRunRecord Record)> StageRuns,
    IReadOnlyList<(int Line, FailureRecord Record)> Failures
)
{
    /// <exception cref="InputException">A line is there twice, or speaks of something that the run does not have; the sentence names file
    /// and line.</exception>
    public void Check()
    {
        CheckExperiment();
        OnceEach(RunFiles.Cells, "cell", Cells, c => c.Id);
        OnceEach(RunFiles.StageRuns, "stage run", StageRuns, r => r.Id);
        OnceEach(RunFiles.Failures, "stage run", Failures, f => f.StageRun);

        var cells = Experiment.Cells.ToHashSet();
        var arms = Experiment.Arms.Select(a => a.Name).ToHashSet();
        var stages = Experiment.Arms.SelectMany(a => a.Stages).Select(s => s.Name).ToHashSet();
        var stageRuns = StageRuns.Select(r => r.Record.Id).ToHashSet();
        foreach (var (line, run) in StageRuns)
        {
            Require(stages.Contains(run.Stage), RunFiles.StageRuns, line, $"no arm of the run has the stage '{run.Stage}'");
            Require(
                run.Parent is null || stageRuns.Contains(run.Parent),
                RunFiles.StageRuns,
                line,
                $"it follows '{run.Parent}', of which there is no line"
            );
            Require(
                run.LeftOut.All(l => l?.Words is { } words && !words.Contains(null!)),
                RunFiles.StageRuns,
                line,
                "a prompt that was left out is null"
            );
        }
        foreach (var (line, cell) in Cells)
        {
            Require(cells.Contains(cell.Id), RunFiles.Cells, line, $"the run has no cell '{cell.Id}'");
            Require(arms.Contains(cell.Arm), RunFiles.Cells, line, $"the run has no arm '{cell.Arm}'");
            foreach (string id in cell.StageRuns)
                Require(
                    stageRuns.Contains(id),
                    RunFiles.Cells,
                    line,
                    $"the cell names the stage run '{id}', of which {RunFiles.StageRuns} has no line"
                );
        }
        foreach (var (line, failure) in Failures)
        foreach (string id in failure.Cells)
            Require(cells.Contains(id), RunFiles.Failures, line, $"the run has no cell '{id}'");
    }

    void CheckExperiment()
    {
        bool whole =
            Experiment.Arms.All(a => a?.Stages is { } stages && stages.All(s => s is not null))
            && Experiment.Axes.All(a => a?.Values is { } values && !values.Contains(null!))
            && !Experiment.Cells.Contains(null!)
            && Experiment.Cells.Distinct().Count() == Experiment.Cells.Count;
        if (!whole)
            throw new InputException(
                $"{Path.Combine(Folder, RunFiles.Experiment)}: this is not what DcrDsl wrote; run the experiment again."
            );
    }

    void OnceEach<T>(string file, string what, IReadOnlyList<(int Line, T Record)> lines, Func<T, string> id)
    {
        var first = new Dictionary<string, int>();
        foreach (var (line, record) in lines)
            if (!first.TryAdd(id(record), line))
                throw Wrong(file, line, $"the {what} '{id(record)}' stands in line {first[id(record)]} already");
    }

    void Require(bool right, string file, int line, string otherwise)
    {
        if (!right)
            throw Wrong(file, line, otherwise);
    }

    InputException Wrong(string file, int line, string what) =>
        new(
            FormattableString.Invariant(
                $"{Path.Combine(Folder, file)}, line {line}: {what}; remove or restore the line, or run the experiment again."
            )
        );
}
