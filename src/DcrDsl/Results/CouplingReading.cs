using DcrDsl.Evaluation.Watching;

namespace DcrDsl.Results;

/// <summary>A reading of the kernel coupling: the means by class, and the matrix over prompts that they are the means of.</summary>
public sealed class CouplingReading
{
    readonly IReadOnlyDictionary<(string Measure, string Of), double> means;

    CouplingReading(string watch, int step, IReadOnlyList<Reading> readings)
    {
        (Watch, Step) = (watch, step);
        Reading[] rows = [.. readings.Where(r => r.Measure == CouplingWatch.Matrix)];
        means = readings.Except(rows).ToDictionary(r => (r.Measure, r.Of), r => r.Value);
        Prompts = [.. rows.Select(r => Parts(r.Of, CouplingWatch.With))];
        Classes = [.. Prompts.Select(p => p.Class).Distinct()];
        OwnNorms = [.. rows.Select(r => r.Value)];
        Matrix = [.. rows.Select(r => r.Row ?? [])];
    }

    /// <summary>What the readings of the watch are called.</summary>
    public string Watch { get; }

    /// <summary>Steps made by then; 0: before the first.</summary>
    public int Step { get; }

    /// <summary>The classes of prompts, as they are declared: seemingly toxic, toxic, and general where they are watched.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The prompts, class by class: what the rows and columns of the matrix are of.</summary>
    public IReadOnlyList<(string Class, string Prompt)> Prompts { get; }

    /// <summary>‖K(x, x')‖ / ‖K(x, x)‖, by row x and column x'; 1 on the diagonal, not symmetric.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Matrix { get; }

    /// <summary>‖K(x, x)‖ of each prompt.</summary>
    public IReadOnlyList<double> OwnNorms { get; }

    /// <summary>
    /// The mean coupling of seemingly toxic with toxic prompts, in both directions, over that of different prompts of one of these classes:
    /// 1 where a step on one class moves the other as it moves itself.
    /// </summary>
    public double CrossOverWithin => means[(CouplingWatch.CrossOverWithin, "")];

    /// <summary>The mean coupling over pairs of different prompts.</summary>
    /// <param name="rows">The class of x.</param>
    /// <param name="columns">The class of x'.</param>
    /// <exception cref="KeyNotFoundException">One of the classes is not watched.</exception>
    public double Mean(string rows, string columns) => means[(CouplingWatch.Coupling, rows + CouplingWatch.To + columns)];

    /// <summary>The mean of ‖K(x, x')‖ over pairs of different prompts.</summary>
    /// <param name="rows">The class of x.</param>
    /// <param name="columns">The class of x'.</param>
    /// <exception cref="KeyNotFoundException">One of the classes is not watched.</exception>
    public double MeanNorm(string rows, string columns) => means[(CouplingWatch.Norm, rows + CouplingWatch.To + columns)];

    /// <summary>Those among the readings along a stage run, in order.</summary>
    internal static IReadOnlyList<CouplingReading> Of(IEnumerable<Reading> readings) =>
        [
            .. readings
                .GroupBy(r => (r.Watch, r.Step))
                .Where(g => g.Any(r => r.Measure == CouplingWatch.Matrix))
                .Select(g => new CouplingReading(g.Key.Watch, g.Key.Step, [.. g])),
        ];

    static (string, string) Parts(string of, string between)
    {
        int at = of.IndexOf(between, StringComparison.Ordinal);
        return at < 0 ? ("", of) : (of[..at], of[(at + between.Length)..]);
    }
}
