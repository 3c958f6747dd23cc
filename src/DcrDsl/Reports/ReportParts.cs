namespace DcrDsl.Reports;

/// <summary>A part of a report's section.</summary>
abstract record ReportPart
{
    /// <summary>What it has as tables, for formats that draw nothing.</summary>
    public virtual IEnumerable<ReportTable> Tables => [];
}

/// <summary>A paragraph.</summary>
/// <param name="Text">Its text.</param>
sealed record ReportText(string Text) : ReportPart;

/// <summary>A list of sentences.</summary>
/// <param name="Items">The sentences.</param>
sealed record ReportList(IReadOnlyList<string> Items) : ReportPart;

/// <summary>Text that keeps its lines.</summary>
/// <param name="Text">The text.</param>
/// <param name="Language">The language it is in, for Markdown; may be empty.</param>
sealed record ReportCode(string Text, string Language) : ReportPart;

/// <summary>A table.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Columns">The heads of its columns.</param>
/// <param name="Rows">The cells; the first of a row names it.</param>
/// <param name="Command">The command line that makes the numbers again.</param>
sealed record ReportTable(string Title, IReadOnlyList<ReportColumn> Columns, IReadOnlyList<IReadOnlyList<ReportCell>> Rows, string Command)
    : ReportPart
{
    /// <inheritdoc/>
    public override IEnumerable<ReportTable> Tables => [this];
}

/// <summary>A column of a table.</summary>
/// <param name="Head">Its head.</param>
/// <param name="Numeric">Whether it holds numbers.</param>
sealed record ReportColumn(string Head, bool Numeric = true)
{
    internal static ReportColumn Words(string head) => new(head, Numeric: false);
}

/// <summary>A cell of a table.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Note">More about it, in a few words, where a format has room; may be empty.</param>
sealed record ReportCell(string Text, string Note = "")
{
    /// <summary>A cell without a note.</summary>
    public static implicit operator ReportCell(string text) => new(text);
}

/// <summary>Prompts that some arm handled wrongly, under one heading, with what every arm made of them.</summary>
/// <param name="Title">What went wrong with them, and how often.</param>
/// <param name="Arms">The arms.</param>
/// <param name="Cases">The prompts.</param>
sealed record ReportCases(string Title, IReadOnlyList<string> Arms, IReadOnlyList<ReportCase> Cases) : ReportPart;

/// <summary>A prompt that some arm handled wrongly.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Harmful">Whether it is to be closed until the reader opens it, where a format can do that.</param>
/// <param name="Outcomes">What each arm made of it; null: it was not asked.</param>
sealed record ReportCase(string Prompt, bool Harmful, IReadOnlyList<CaseOutcome?> Outcomes);

/// <summary>What an arm made of a prompt.</summary>
/// <param name="Text">Its completion; empty for a toxic prompt, of which it is never shown.</param>
/// <param name="Verdict">What it was judged as, in a few words.</param>
/// <param name="Wrong">Whether it should have been something else.</param>
sealed record CaseOutcome(string Text, string Verdict, bool Wrong);

/// <summary>Values in rows over a common scale, in one or more panels side by side.</summary>
/// <param name="Title">What it shows, for those who cannot see it too.</param>
/// <param name="Panels">The panels; all have the same rows.</param>
/// <param name="Legend">The names of the series, where rows hold more than one.</param>
sealed record DotPlot(string Title, IReadOnlyList<DotPanel> Panels, IReadOnlyList<(int Series, string Name)> Legend) : ReportPart;

/// <summary>A panel of a dot plot.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Low">The lower end of the scale; null: as the values need.</param>
/// <param name="High">The upper end of the scale; null: as the values need.</param>
/// <param name="Unit">The unit behind numbers, for example " %"; may be empty.</param>
/// <param name="Digits">Digits of the mean behind the point.</param>
/// <param name="Zero">Whether zero is marked, as differences want it.</param>
sealed record DotPanel(string Title, IReadOnlyList<DotRow> Rows, double? Low, double? High, string Unit, int Digits, bool Zero = false);

/// <summary>A row of a dot plot.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Marks">One mark, or one for each series.</param>
sealed record DotRow(string Label, IReadOnlyList<DotMark> Marks);

/// <summary>A mean with its interval and the single values behind it.</summary>
/// <param name="Series">Which colour it has, from 0.</param>
/// <param name="Name">What it is, for a tooltip.</param>
/// <param name="Mean">The mean; NaN: nothing is drawn.</param>
/// <param name="Low">The interval's lower end, or NaN.</param>
/// <param name="High">The interval's upper end, or NaN.</param>
/// <param name="Values">Single values with their names.</param>
sealed record DotMark(int Series, string Name, double Mean, double Low, double High, IReadOnlyList<(string Name, double Value)> Values);

/// <summary>Lines over a common axis, in one or more panels.</summary>
/// <param name="Title">What it shows, for those who cannot see it too.</param>
/// <param name="Panels">The panels.</param>
/// <param name="Legend">The names of the series.</param>
/// <param name="SeriesAreSeeds">Whether the series are seeds, which have other colours than arms.</param>
sealed record LineChart(
    string Title,
    IReadOnlyList<LinePanel> Panels,
    IReadOnlyList<(int Series, string Name)> Legend,
    bool SeriesAreSeeds = false
) : ReportPart;

/// <summary>A panel of a line chart.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Across">What runs along the horizontal axis.</param>
/// <param name="Labels">Names of the places 0, 1, … on the horizontal axis; empty: the axis has numbers.</param>
/// <param name="Lines">The lines.</param>
/// <param name="Low">The lower end of the vertical axis; null: as the values need.</param>
/// <param name="High">The upper end of the vertical axis; null: as the values need.</param>
/// <param name="Logarithmic">Whether the vertical axis is logarithmic.</param>
sealed record LinePanel(
    string Title,
    string Across,
    IReadOnlyList<string> Labels,
    IReadOnlyList<ChartLine> Lines,
    double? Low,
    double? High,
    bool Logarithmic
);

/// <summary>A line of a chart.</summary>
/// <param name="Series">Which colour it has, from 0.</param>
/// <param name="Name">What it is, for a tooltip and the legend.</param>
/// <param name="Points">Its points, with intervals where there are any (else NaN).</param>
/// <param name="Dashed">Whether it stands behind another of its colour: what was before.</param>
sealed record ChartLine(int Series, string Name, IReadOnlyList<ChartPoint> Points, bool Dashed = false);

/// <summary>A point of a line.</summary>
/// <param name="X">Its place on the horizontal axis.</param>
/// <param name="Y">Its value.</param>
/// <param name="Low">The interval's lower end, or NaN.</param>
/// <param name="High">The interval's upper end, or NaN.</param>
readonly record struct ChartPoint(double X, double Y, double Low = double.NaN, double High = double.NaN);

/// <summary>Square matrices as fields of more or less colour, side by side.</summary>
/// <param name="Title">What it shows, for those who cannot see it too.</param>
/// <param name="Panels">The matrices.</param>
/// <param name="Full">The value from which on a field has all of its colour; 0 has none.</param>
sealed record HeatMap(string Title, IReadOnlyList<HeatPanel> Panels, double Full) : ReportPart;

/// <summary>A matrix of a heat map.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Rows">Its values.</param>
/// <param name="Groups">The groups of its rows, which are those of its columns, with how many there are in each.</param>
sealed record HeatPanel(string Title, IReadOnlyList<IReadOnlyList<double>> Rows, IReadOnlyList<(string Name, int Count)> Groups);

/// <summary>Points over two scales from 0 to 100, with intervals on both, and lines along which the mean of both is the same.</summary>
/// <param name="Title">What it shows, for those who cannot see it too.</param>
/// <param name="Across">The name of the horizontal axis.</param>
/// <param name="Up">The name of the vertical axis.</param>
/// <param name="Points">The points.</param>
/// <param name="Legend">The names of the series.</param>
sealed record Plane(
    string Title,
    string Across,
    string Up,
    IReadOnlyList<PlanePoint> Points,
    IReadOnlyList<(int Series, string Name)> Legend
) : ReportPart;

/// <summary>A point of a plane.</summary>
/// <param name="Series">Which colour it has, from 0.</param>
/// <param name="Name">What it is, for a tooltip.</param>
/// <param name="X">Its place across, with the interval's ends (else NaN).</param>
/// <param name="Y">Its place up, with the interval's ends (else NaN).</param>
/// <param name="Small">Whether it is one of several of its series.</param>
sealed record PlanePoint(int Series, string Name, ChartRange X, ChartRange Y, bool Small);

/// <summary>A value with the ends of its interval, or NaN.</summary>
/// <param name="Value">The value.</param>
/// <param name="Low">The interval's lower end, or NaN.</param>
/// <param name="High">The interval's upper end, or NaN.</param>
readonly record struct ChartRange(double Value, double Low, double High);

/// <summary>Values over two axes, as fields of more colour the higher they are, with the numbers in them.</summary>
/// <param name="Title">What it shows, for those who cannot see it too.</param>
/// <param name="Panels">The maps.</param>
/// <param name="Command">The command line that makes the numbers again.</param>
sealed record ValueMap(string Title, IReadOnlyList<ValuePanel> Panels, string Command) : ReportPart
{
    /// <inheritdoc/>
    public override IEnumerable<ReportTable> Tables =>
        Panels.Select(p => new ReportTable(
            $"{Title}: {p.Title}",
            [ReportColumn.Words($"{p.Down} ↓, {p.Across} →"), .. p.Columns.Select(c => new ReportColumn(c))],
            [
                .. p
                    .Rows.Zip(p.Values)
                    .Select(r => (IReadOnlyList<ReportCell>)[r.First, .. r.Second.Select(v => (ReportCell)Numbers.Of(v, p.Digits))]),
            ],
            Command
        ));
}

/// <summary>A map of values.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Down">The axis of its rows.</param>
/// <param name="Across">The axis of its columns.</param>
/// <param name="Rows">The labels of its rows.</param>
/// <param name="Columns">The labels of its columns.</param>
/// <param name="Values">Its values by row and column; NaN: there is none.</param>
/// <param name="Digits">Digits behind the point.</param>
sealed record ValuePanel(
    string Title,
    string Down,
    string Across,
    IReadOnlyList<string> Rows,
    IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<double>> Values,
    int Digits
);
