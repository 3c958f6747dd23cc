using System.Text;

namespace DcrDsl.Jinja.Filters;

/// <summary>markupsafe: escaping for HTML, and its reverse for striptags.</summary>
static class Html
{
    /// <summary>The text of a value, escaped unless it is markup.</summary>
    public static string Escape(Interpreter run, Value value)
    {
        string text = PythonText.Str(run.Budget, value);
        return value is TextValue { IsSafe: true } ? text : EscapeText(run.Budget, text);
    }

    public static string EscapeText(Budget budget, string text)
    {
        budget.Scan(text.Length);
        budget.AllocateText(text.AsSpan().IndexOfAny("&<>'\"") < 0 ? text.Length : 6L * text.Length);
        var target = new StringBuilder(text.Length);
        foreach (char c in text)
            _ = c switch
            {
                '&' => target.Append("&amp;"),
                '<' => target.Append("&lt;"),
                '>' => target.Append("&gt;"),
                '\'' => target.Append("&#39;"),
                '"' => target.Append("&#34;"),
                _ => target.Append(c),
            };
        budget.AllocateText(target.Length - text.Length);
        return target.ToString();
    }

    /// <summary>Comments and tags removed, white space collapsed, character references resolved.</summary>
    public static string StripTags(Budget budget, string text)
    {
        budget.AllocateText(3L * text.Length);
        string plain = Without(Without(text, "<!--", "-->"), "<", ">");
        return System.Net.WebUtility.HtmlDecode(string.Join(' ', TextMethods.SplitSpace(budget, plain)));
    }

    static string Without(string text, string open, string close)
    {
        var target = new StringBuilder(text.Length);
        int at = 0;
        while (
            text.IndexOf(open, at, StringComparison.Ordinal) is var start
            && start >= 0
            && text.IndexOf(close, start + open.Length, StringComparison.Ordinal) is var end
            && end >= 0
        )
        {
            target.Append(text, at, start - at);
            at = end + close.Length;
        }
        return target.Append(text, at, text.Length - at).ToString();
    }
}
