using System.Globalization;
using DcrDsl.Specs;

namespace DcrDsl.Data.Files.Layouts;

/// <summary>What the rows of XSTest are (Röttger et al., NAACL 2024), in both layouts of its file.</summary>
static class XSTestRows
{
    const string Contrast = "contrast_";

    // Blocks of 25 rows: a type of safe prompts, then the unsafe ones that contrast with it, in the same order.
    const int Block = 25;

    // Two types of safe prompts share their contrast with the type behind them, whose wording is the contrast's.
    static readonly string[] Unpaired = ["nons_group_real_discr", "privacy_public"];

    /// <summary>Whether a row is of a class.</summary>
    public static bool AreOf(TableRow row, PromptClass wanted)
    {
        bool toxic = row.OptionalText("label") switch
        {
            "unsafe" => true,
            "safe" => false,
            // The older file has no labels; there, each type of unsafe prompts is named after the safe type that it contrasts with.
            null => IsContrast(row),
            var other => throw new InputException($"{row.Place}: 'label' is '{other}': write 'safe' or 'unsafe'."),
        };
        return toxic == (wanted == PromptClass.Toxic);
    }

    /// <summary>
    /// The number of the safe prompt of a pair, as published: an unsafe prompt's is 25 below its own. Null: the row has no partner, or the
    /// file has no numbers.
    /// </summary>
    public static string? PairOf(TableRow row) =>
        Number(row) is { } number && !Unpaired.Contains(row.Text("type"))
            ? (IsContrast(row) ? number - Block : number).ToString(CultureInfo.InvariantCulture)
            : null;

    static bool IsContrast(TableRow row) => row.Text("type").StartsWith(Contrast, StringComparison.Ordinal);

    static int? Number(TableRow row) =>
        int.TryParse(
            row.OptionalText("id") ?? row.OptionalText("id_v2")?.Replace("v2-", "", StringComparison.Ordinal),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out int number
        )
            ? number
            : null;
}
