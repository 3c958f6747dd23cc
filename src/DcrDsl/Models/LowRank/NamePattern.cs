using System.Diagnostics;
using System.Text.RegularExpressions;
using DcrDsl.Models.SafeTensors;

namespace DcrDsl.Models.LowRank;

/// <summary>A regular expression of PEFT's for the names of modules, in Python's syntax.</summary>
sealed class NamePattern
{
    // In one match, and in all matches of all patterns of an adapter.
    static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1),
        LongestInAll = TimeSpan.FromSeconds(5);

    readonly string given,
        key;
    readonly Regex expression;
    readonly Stopwatch clock;

    NamePattern(string given, string python, string key, Stopwatch clock)
    {
        (this.given, this.key, this.clock) = (given, key, clock);
        try
        {
            expression = new Regex($@"\A(?:{PythonPattern.ToNet(python)})\z", RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (FormatException e)
        {
            throw new InputException(
                $"{key}: {SafeTensorsHeader.Quote(given)} is not a regular expression of Python's that "
                    + $"can be read: {e.Message}; correct it.",
                e
            );
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{key}: {SafeTensorsHeader.Quote(given)} is not a regular expression; correct it.", e);
        }
    }

    /// <summary>One for whole names: Python's re.fullmatch(pattern, name).</summary>
    /// <param name="pattern">What stands in the file.</param>
    /// <param name="key">Under which key.</param>
    /// <param name="clock">Shared by all patterns of an adapter.</param>
    /// <exception cref="InputException">It is not one, or not supported.</exception>
    public static NamePattern OfWhole(string pattern, string key, Stopwatch clock) => new(pattern, pattern, key, clock);

    /// <summary>
    /// One for the last parts of names, as PEFT matches the keys of rank_pattern and alpha_pattern: re.match(r"(.*\.)?(pattern)$", name).
    /// </summary>
    /// <inheritdoc cref="OfWhole"/>
    public static NamePattern OfEnding(string pattern, string key, Stopwatch clock) => new(pattern, $@"(.*\.)?({pattern})", key, clock);

    /// <exception cref="InputException">The pattern, or all of them together, take too long.</exception>
    public bool Matches(string name)
    {
        clock.Start();
        try
        {
            bool matches = expression.IsMatch(name);
            return clock.Elapsed <= LongestInAll ? matches : throw TooSlow();
        }
        catch (RegexMatchTimeoutException)
        {
            throw TooSlow();
        }
        finally
        {
            clock.Stop();
        }
    }

    /// <summary>For messages: "rank_pattern has '…', which".</summary>
    public string Subject => $"{key} has {SafeTensorsHeader.Quote(given)}, which";

    InputException TooSlow() => new($"{Subject} takes too long to match; write a simpler one.");
}
