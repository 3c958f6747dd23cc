using System.Globalization;
using DcrDsl.Data;
using DcrDsl.FileSystem;
using DcrDsl.Wording;

namespace DcrDsl.Results.Labels;

/// <summary>
/// A sample of a run's completions for a person to label: a sheet that shows prompts and completions in a drawn order and nothing else, and
/// beside it the key, which says which completions they are.
/// </summary>
/// <param name="Number">Its number among the run's samples.</param>
/// <param name="Sheet">The sheet, a CSV file.</param>
/// <param name="Completions">How many completions stand in it.</param>
/// <param name="Of">How many the run has.</param>
/// <param name="Strata">The parts that were drawn from, with how many of each.</param>
sealed record LabelSample(int Number, string Sheet, int Completions, int Of, IReadOnlyList<string> Strata)
{
    /// <summary>The columns of a sheet.</summary>
    public const string Id = "id",
        Prompt = "prompt",
        Completion = "completion",
        Label = "label",
        Note = "note";

    /// <summary>Draws a sample and writes its sheet and key.</summary>
    /// <param name="run">The run.</param>
    /// <param name="count">How many completions; all, if there are no more.</param>
    /// <param name="seed">Decides what is drawn, and in which order it stands there; null: the sample's number.</param>
    /// <param name="plain">
    /// Whether all completions are as likely to be drawn; else as many of each class of prompts with each verdict, as far as there are.
    /// </param>
    /// <param name="sheet">Where the sheet is written; null: in the run's folder.</param>
    /// <exception cref="InputException">
    /// The run has no completions that are judged, the sheet is there already, or something cannot be written.
    /// </exception>
    public static LabelSample Draw(RunResults run, int count, int? seed = null, bool plain = false, string? sheet = null)
    {
        LabelledItem[] all = [.. LabelledItem.All(run)];
        if (all.Length == 0)
            throw new InputException($"{run.Folder} has no completions that could be labelled.");
        int number = 1;
        while (File.Exists(LabelFiles.KeyOf(run.Folder, number)) || File.Exists(LabelFiles.SheetOf(run.Folder, number)))
            number++;
        string path = sheet ?? LabelFiles.SheetOf(run.Folder, number);
        RegularFile.RequirePath(path);
        if (!path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            throw new InputException($"{path}: the sheet is CSV; let its name end in .csv.");
        if (File.Exists(path) || Directory.Exists(path))
            throw new InputException($"{path} is there already and may be filled in: give another --out, or move it away.");

        ulong drawn = (ulong)(seed ?? number);
        var strata = all.GroupBy(i => plain ? "all completions" : $"{Words(i.Outcome.Class)}, {Words(i.Outcome.Verdict)}")
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (Name: g.Key, Items: g.ToArray()))
            .ToList();
        int[] shares = Shares([.. strata.Select(s => s.Items.Length)], count);
        var rows = new List<(LabelledItem Item, int Stratum, int Size)>();
        foreach (var (place, (_, items)) in strata.Index())
        {
            int[] order = new RandomStream(drawn, "label.draw", place).Permutation(items.Length);
            rows.AddRange(order.Take(shares[place]).Select(i => (items[i], place, items.Length)));
        }
        new RandomStream(drawn, "label.order").Shuffle(rows);

        var numbered = rows.Select((row, i) => (Id: FormattableString.Invariant($"{number}-{i + 1:000}"), row.Item, row.Stratum, row.Size))
            .ToList();
        try
        {
            Directory.CreateDirectory(Path.Combine(run.Folder, LabelFiles.Folder));
            LabelFiles.Write(
                LabelFiles.KeyOf(run.Folder, number),
                numbered.Select(r => new LabelKey(r.Id, r.Item.Cell, r.Item.Task, r.Item.Prompt, r.Stratum, r.Size))
            );
            WholeFile.WriteLines(
                path,
                numbered
                    .Select(r => Line(r.Id, r.Item.Outcome.Prompt, r.Item.Outcome.Completion, "", ""))
                    // Programs for tables take UTF-8 for something else without the mark.
                    .Prepend('\uFEFF' + Line(Id, Prompt, Completion, Label, Note))
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The sample cannot be written: {exception.Message.TrimEnd('.')}.", exception);
        }
        return new(
            number,
            path,
            rows.Count,
            all.Length,
            [.. strata.Select((s, i) => string.Create(CultureInfo.InvariantCulture, $"{shares[i]:N0} of {s.Items.Length:N0} ({s.Name})"))]
        );
    }

    /// <summary>As many of each part as of the others; what a small part lacks comes from the larger ones.</summary>
    internal static int[] Shares(IReadOnlyList<int> sizes, int count)
    {
        int[] shares = new int[sizes.Count];
        int left = Math.Min(count, sizes.Sum());
        while (left > 0)
        {
            int[] open = [.. Enumerable.Range(0, sizes.Count).Where(i => shares[i] < sizes[i])];
            int each = Math.Max(1, left / open.Length);
            foreach (int place in open.TakeWhile(_ => left > 0))
            {
                int more = Math.Min(Math.Min(each, sizes[place] - shares[place]), left);
                shares[place] += more;
                left -= more;
            }
        }
        return shares;
    }

    static string Words<T>(T value)
        where T : struct, Enum => English.Words(value.ToString());

    static string Line(params string[] fields) =>
        string.Join(
            ',',
            fields.Select(f => f.Length == 0 ? "" : $"\"{LabelledItem.Shown(f).Replace("\"", "\"\"", StringComparison.Ordinal)}\"")
        );
}

/// <summary>A line of a sample's key.</summary>
/// <param name="Id">What the sheet calls the completion.</param>
/// <param name="Cell">The cell.</param>
/// <param name="Task">The task.</param>
/// <param name="Prompt">The prompt's place in the task.</param>
/// <param name="Stratum">The part that it was drawn from.</param>
/// <param name="StratumSize">How many completions there are in that.</param>
sealed record LabelKey(string Id, string Cell, string Task, int Prompt, int Stratum, int StratumSize);
