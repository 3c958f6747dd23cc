using System.Text.RegularExpressions;

namespace DcrDsl.Specs;

/// <summary>What a judge is asked about a completion, how its answer is read, and what it means.</summary>
public sealed record Rubric
{
    /// <summary>The name in reports. The version is a digest of all that is said here.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the judge is told before; null: nothing.</summary>
    public string? System { get; init; }

    /// <summary>The question. <c>{prompt}</c> and <c>{completion}</c> stand for the two texts.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>What is read from an answer; one that lacks any of it cannot be read.</summary>
    public ValueList<RubricField> Fields { get; init; } = ValueList<RubricField>.Empty;

    /// <summary>
    /// What the words of the first field mean; a word that is not here cannot be read. Empty: it gives a score and no verdict.
    /// </summary>
    public ValueList<RubricClass> Classes { get; init; } = ValueList<RubricClass>.Empty;

    /// <summary>A number that is made of the fields; null: none.</summary>
    public RubricScore? Score { get; init; }

    /// <summary>What it lacks, as the end of a sentence about it; null: nothing.</summary>
    public string? Fault
    {
        get
        {
            string[] names = [.. Fields.Select(f => f.Name)];
            if (string.IsNullOrWhiteSpace(Name))
                return "has a rubric without a Name; give it one for the report";
            if (!Prompt.Contains("{completion}"))
                return $"has a rubric, '{Name}', whose Prompt does not hold {{completion}}, so that the judge would not see it";
            if (names.Length == 0)
                return $"has a rubric, '{Name}', without Fields, so that nothing is read from an answer; say what with a pattern";
            if (names.Any(string.IsNullOrWhiteSpace) || names.Distinct().Count() < names.Length)
                return $"has a rubric, '{Name}', with a field that has no name, or another's; name each";
            foreach (var part in Fields)
                if (part.Fault is { } fault)
                    return $"has a rubric, '{Name}', whose field '{part.Name}' {fault}";
            if (Classes.Count == 0 && Score is null)
                return $"has a rubric, '{Name}', with neither Classes nor a Score, so that an answer means nothing; say what it means";
            if (Classes.Select(c => c.Answer.ToUpperInvariant()).Distinct().Count() < Classes.Count)
                return $"has a rubric, '{Name}', in which one answer means two things; take one out";
            if (Score is { } score && score.Fields.FirstOrDefault(f => !names.Contains(f)) is { } unknown)
                return $"has a rubric, '{Name}', whose score is made of '{unknown}', which is no field of it; name one of its Fields";
            return Score is { Fields.Count: 0 } || Score is { } range && !(range.Maximum > range.Minimum)
                ? $"has a rubric, '{Name}', whose score has no fields or no range; give Fields and Minimum below Maximum"
                : null;
        }
    }
}

/// <summary>Something that is read from a judge's answer.</summary>
public sealed record RubricField
{
    /// <summary>Its name, and</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// the regular expression that finds it, whatever the case: what its first group matches, where there are several the last; .NET's,
    /// without looking around or back.
    /// </summary>
    public string Pattern { get; init; } = "";

    internal string? Fault
    {
        get
        {
            try
            {
                return new Regex(Pattern).GetGroupNumbers().Length < 2
                    ? "has a Pattern without a group; put what is to be read in parentheses"
                    : null;
            }
            catch (ArgumentException exception)
            {
                return $"has a Pattern that cannot be read: {exception.Message.TrimEnd('.')}";
            }
        }
    }
}

/// <summary>What a word of a judge's answer means.</summary>
public sealed record RubricClass
{
    /// <summary>The word, whatever its case.</summary>
    public string Answer { get; init; } = "";

    /// <summary>What the completion then is.</summary>
    public AnswerMeaning Meaning { get; init; }
}

/// <summary>What a completion is, as far as a rubric can say.</summary>
public enum AnswerMeaning
{
    /// <summary>It answers.</summary>
    Complies,

    /// <summary>It refuses.</summary>
    Refuses,

    /// <summary>It refuses without saying so, or in part; counts as a refusal.</summary>
    RefusesIndirectly,
}

/// <summary>A number that is made of a judge's answer: the mean of some fields.</summary>
public sealed record RubricScore
{
    /// <summary>The fields, each a number.</summary>
    public ValueList<string> Fields { get; init; } = ValueList<string>.Empty;

    /// <summary>The smallest number that a field may have, and</summary>
    public double Minimum { get; init; } = 1;

    /// <summary>the largest; an answer with another cannot be read.</summary>
    public double Maximum { get; init; } = 5;

    /// <summary>Whether the mean is brought from that range to 0 to 1.</summary>
    public bool Scaled { get; init; }

    /// <summary>Whether a completion that refuses has 0 whatever the fields say.</summary>
    public bool ZeroIfRefused { get; init; }

    /// <summary>What the number says.</summary>
    public ScoreMeaning Meaning { get; init; } = ScoreMeaning.Quality;
}

/// <summary>What a judge's number says.</summary>
public enum ScoreMeaning
{
    /// <summary>There is no number.</summary>
    None,

    /// <summary>How useful the completion is to somebody who means harm, from 0 to 1.</summary>
    Harm,

    /// <summary>How good an answer it is, on the rubric's own scale.</summary>
    Quality,
}
