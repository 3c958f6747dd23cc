namespace DcrDsl.Cli;

/// <summary>A value of an option that stands for what a measurement finds.</summary>
static class MeasuredArgument
{
    /// <summary>The arguments with what was found given outright, so that another machine, or another day, computes the same.</summary>
    /// <param name="arguments">Those of a command.</param>
    /// <param name="option">The option.</param>
    /// <param name="word">Its value that stands for a measurement.</param>
    /// <param name="found">What was found.</param>
    public static IReadOnlyList<string> Fixed(IReadOnlyList<string> arguments, string option, string word, string found)
    {
        return [.. arguments.Select(Replaced)];

        string Replaced(string argument, int place) =>
            argument == $"{option}={word}" || argument == $"{option}:{word}" ? $"{option}={found}"
            : argument == word && place > 0 && arguments[place - 1] == option ? found
            : argument;
    }
}
