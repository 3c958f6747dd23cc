using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>A report, before it is written in any format: made from the files of a run folder and nothing else.</summary>
/// <param name="Title">The experiment's name.</param>
/// <param name="Question">What it asks.</param>
/// <param name="Answer">The answer, in one sentence with numbers.</param>
/// <param name="Series">The names of the arms, in the order of their colours.</param>
/// <param name="Sections">The sections.</param>
/// <param name="Command">The command line that runs the experiment again.</param>
sealed record ReportModel(
    string Title,
    string Question,
    string Answer,
    IReadOnlyList<string> Series,
    IReadOnlyList<ReportSection> Sections,
    string Command
)
{
    /// <summary>Its numbers as rows of one table.</summary>
    public IReadOnlyList<ResultRow> Rows { get; init; } = [];

    /// <summary>Makes the report of a run.</summary>
    /// <exception cref="InputException">A file of completions is missing or damaged.</exception>
    public static ReportModel Of(RunResults run)
    {
        run.ReadScores();
        var blocks = ReportBlock.Of(run);
        var sections = new List<ReportSection>();
        sections.AddRange(FailureSection.Of(run));
        sections.AddRange(DiscernmentSection.Of(run));
        sections.AddRange(AxisSection.Of(run));
        sections.AddRange(MapSection.Of(run));
        (ReportBlock Block, PromptIntervals? Prompts)[] measured = [.. blocks.Select(b => (b, PromptIntervals.Of(run, b)))];
        sections.AddRange(PlaneSection.Of(run, measured));
        foreach (var (block, intervals) in measured)
            Add(block, [.. ResultSections.Of(run, block, intervals), .. PromptSection.Of(run, block, intervals)]);
        sections.AddRange(ComparisonSection.Of(run));
        foreach (var block in blocks)
            Add(block, AttackSection.Of(run, block));
        foreach (var block in blocks)
            Add(block, AbilitySection.Of(run, block));
        foreach (var block in blocks)
            Add(block, WinRateSection.Of(run, block));
        sections.AddRange(LeakageSection.Of(run, blocks));
        if (blocks.Count > 0)
            sections.Add(ReadingSection.Of(run, blocks));
        foreach (var block in blocks)
            Add(block, WatchSection.Of(run, block));
        foreach (var block in blocks)
            Add(block, TaskSection.Of(run, block));
        sections.AddRange(DataSection.Of(run));
        foreach (var block in blocks)
            Add(block, RefusalKindSection.Of(run, block));
        foreach (var block in blocks)
            Add(block, JudgeSection.Of(run, block));
        sections.AddRange(CalibrationSection.Of(run, blocks));
        sections.AddRange(VerdictSection.Of(run));
        foreach (var block in blocks)
            Add(block, CategorySection.Of(run, block));
        foreach (var block in blocks)
            Add(block, CaseSection.Of(run, block, blocks.Count));
        sections.AddRange(LeakageSection.Pairs(run));
        foreach (var block in blocks)
            Add(block, CouplingSection.Of(run, block));
        sections.AddRange(DiscernmentSection.OfLayers(run));
        sections.AddRange(SteeringSection.Of(run));
        sections.AddRange(GuardSection.Of(run));
        sections.AddRange(CostSection.Of(run));
        sections.AddRange(TrainingSection.Of(run));
        sections.AddRange(LeftOutSection.Of(run));
        sections.AddRange(ProvenanceSection.Of(run));
        sections.Add(DeclarationSection.Of(run));
        return new ReportModel(
            run.Experiment.Name,
            run.Experiment.Summary,
            AnswerSentence.Of(run, blocks),
            [.. run.Experiment.Arms.Select(a => a.Name)],
            sections,
            run.Experiment.Command
        )
        {
            Rows = ResultRows.Of(run, measured),
        };

        void Add(ReportBlock block, IEnumerable<ReportSection> ofBlock) => sections.AddRange(ofBlock.Select(s => s with { At = block.At }));
    }
}

/// <summary>A section of a report.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Parts">What it holds, in order.</param>
/// <param name="Place">How near to the front it belongs.</param>
sealed record ReportSection(string Title, IReadOnlyList<ReportPart> Parts, SectionPlace Place = SectionPlace.Back)
{
    /// <summary>The values of the axes that it is about, as its title has them; empty: it is about the whole run.</summary>
    public string At { get; init; } = "";

    /// <summary>What it shows, whatever the values of the axes.</summary>
    public string Subject => At.Length > 0 && Title.EndsWith(At, StringComparison.Ordinal) ? Title[..^At.Length] : Title;
}

/// <summary>How near to the front of a report a section belongs.</summary>
enum SectionPlace
{
    /// <summary>It is shown on a terminal too.</summary>
    Front,

    /// <summary>It is shown in files only.</summary>
    Back,

    /// <summary>It is closed until the reader opens it, where a format can do that.</summary>
    Folded,
}
