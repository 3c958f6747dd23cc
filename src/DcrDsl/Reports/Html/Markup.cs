using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using DcrDsl.Wording;

namespace DcrDsl.Reports.Html;

/// <summary>
/// HTML or SVG text as it is built. Texts put into holes of an interpolated string are escaped, numbers are written culture-free.
/// </summary>
sealed class Markup
{
    readonly StringBuilder text = new();

    /// <summary>Adds text with its holes escaped.</summary>
    public Markup Add([InterpolatedStringHandlerArgument("")] Hole part) => this;

    /// <summary>Adds text that is markup already.</summary>
    public Markup Raw(string markup)
    {
        text.Append(markup);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => text.ToString();

    /// <summary>Writes an interpolated string into a <see cref="Markup"/>.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Hole(int literalLength, int formattedCount, Markup markup)
    {
        readonly StringBuilder text = Room(markup.text, literalLength + 8 * formattedCount);

        public void AppendLiteral(string literal) => text.Append(literal);

        public void AppendFormatted(double place) => text.Append(Math.Round(place, 1).ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(int number) => text.Append(number.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(string content)
        {
            foreach (char c in VisibleText.Of(content))
            {
                _ = c switch
                {
                    '&' => text.Append("&amp;"),
                    '<' => text.Append("&lt;"),
                    '>' => text.Append("&gt;"),
                    '"' => text.Append("&quot;"),
                    '\'' => text.Append("&#39;"),
                    _ => text.Append(c),
                };
            }
        }

        static StringBuilder Room(StringBuilder text, int length)
        {
            text.EnsureCapacity(text.Length + length);
            return text;
        }
    }
}
