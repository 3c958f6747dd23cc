using System.Globalization;
using System.Text;

namespace DcrDsl.Reports.Html;

/// <summary>The anchors of sections: made of their titles, so that a link stays right when sections are added.</summary>
static class SectionAnchors
{
    public static IReadOnlyList<(string Anchor, ReportSection Section)> Of(ReportModel report)
    {
        // The heading of the answer has this one.
        var taken = new Dictionary<string, int> { ["answer"] = 1 };
        return [.. report.Sections.Select(s => (Free(Name(s.Title), taken), s))];
    }

    static string Free(string name, Dictionary<string, int> taken)
    {
        while (true)
        {
            int before = taken.GetValueOrDefault(name);
            taken[name] = before + 1;
            if (before == 0)
                return name;
            name = string.Create(CultureInfo.InvariantCulture, $"{name}-{before + 1}");
        }
    }

    static string Name(string title)
    {
        var name = new StringBuilder();
        foreach (char c in title)
            if (char.IsAsciiLetterOrDigit(c))
                name.Append(char.ToLowerInvariant(c));
            else if (name.Length > 0 && name[^1] != '-')
                name.Append('-');
        string trimmed = name.ToString().TrimEnd('-');
        return trimmed.Length > 0 ? trimmed : "section";
    }
}
