using System.Globalization;
using DcrDsl.Tensors;

namespace DcrDsl.Cli;

/// <summary>The processor threads of a run, as <c>--threads</c> names them.</summary>
/// <param name="Count">How many in all.</param>
/// <param name="Why">Why they were chosen, behind their number; null: they were given.</param>
sealed record ThreadCount(int Count, string? Why = null)
{
    public const string Option = "--threads",
        Measured = "measured";

    /// <summary>Reads a number, or measures how many threads an operation does best with here.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="threadsPerRun">
    /// Threads that a stage run has however many there are, so that all processors are of use; 0: as many as there are.
    /// </param>
    /// <param name="sideBySide">Stage runs that go side by side with as many each; null: as the model has it.</param>
    /// <exception cref="InputException">It is neither.</exception>
    public static ThreadCount Of(string text, int threadsPerRun, int? sideBySide)
    {
        if (text != Measured)
            return Given(text);
        // Before the first operation of several threads.
        TorchStartup.Initialize(Environment.ProcessorCount);
        if (threadsPerRun > 0 && sideBySide is null)
            return new(Environment.ProcessorCount, "all, as stage runs have threads of their own and go side by side");
        int runs = Math.Clamp(sideBySide ?? 1, 1, Environment.ProcessorCount);
        int each = OperationThreads.Best(Environment.ProcessorCount / runs, out string why);
        return new(runs * each, $"{(runs > 1 ? "of one stage run " : "")}a step took {why}");
    }

    /// <summary>Reads a number for what was, or will be, computed with it.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static ThreadCount Given(string text)
    {
        if (text == Measured)
            throw new InputException(
                $"{Option} {Measured}: what is best is measured where a run begins, and this is not that: give the number."
            );
        return IsNumber(text, out int count) && count > 0
            ? new(count)
            : throw new InputException($"{Option}: give a whole number of at least 1, or '{Measured}'.");
    }

    /// <summary>Whether a text can be read at all.</summary>
    public static bool CanRead(string text) => text == Measured || IsNumber(text, out _);

    static bool IsNumber(string text, out int count) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out count);

    /// <summary>The arguments with what was measured given outright.</summary>
    public IReadOnlyList<string> FixedIn(IReadOnlyList<string> arguments) =>
        RepeatCommand.With(arguments, Option, Measured, Count.ToString(CultureInfo.InvariantCulture));
}
