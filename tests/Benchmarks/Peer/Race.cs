using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace DcrDsl.Benchmarks.Peer;

/// <summary>
/// Both stacks in turn, each measure in processes of its own: <c>race MODEL_DIR [--peer DIR] [--rounds N] [--repeat N] [--threads N]
/// [--tuned] [--write FILE] [--only NAME …]</c>. Prints a row a measure: medians over all repetitions of all rounds, the ratio of the
/// medians, their spread and how far the results that both print are apart; with --write the rows take the place of those between the
/// marks of that file. Without the peer's folder it prints ours alone.
/// </summary>
sealed class Race
{
    const string Begin = "<!-- race -->",
        End = "<!-- /race -->";

    /// <summary>What is wanted, by measure and whether the careful user's switches are on: the peer's time by ours.</summary>
    static readonly Dictionary<(string Name, bool Tuned), double> Goals = new()
    {
        [("lm_step", false)] = 1.6,
        [("lm_step", true)] = 1.3,
        [("lora_step", false)] = 2.5,
        [("lora_step", true)] = 1.3,
        [("refine_step", false)] = 1.8,
        [("refine_step", true)] = 1.8,
        [("generate", false)] = 3,
        [("generate", true)] = 1.5,
        [("generate_refusal", false)] = 3,
        [("generate_refusal", true)] = 2,
        [("loglik", false)] = 3,
        [("loglik", true)] = 2,
        [("ntk", false)] = 30,
        [("pipeline", false)] = 2.5,
        [("pipeline", true)] = 1.5,
        [("ablation", false)] = 4,
        [("ablation", true)] = 3,
    };

    readonly string model;
    readonly List<string> passed = [],
        passedToOurs = [],
        only = [];
    string peer = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "..", "..", "shared", "peer"));
    string? file;
    int rounds = 2;
    bool tuned;

    Race(string model) => this.model = model;

    public static int Run(string model, string[] options)
    {
        var race = new Race(model);
        for (int i = 0; i < options.Length; i++)
        {
            switch (options[i])
            {
                case "--peer":
                    race.peer = options[++i];
                    break;
                case "--rounds":
                    race.rounds = int.Parse(options[++i], CultureInfo.InvariantCulture);
                    break;
                case "--write":
                    race.file = options[++i];
                    break;
                case "--tuned":
                    race.tuned = true;
                    race.passed.Add("--tuned");
                    break;
                case "--repeat" or "--threads":
                    race.passed.AddRange([options[i], options[++i]]);
                    break;
                // The peer has nothing of the kind.
                case "--side-by-side":
                    race.passedToOurs.AddRange([options[i], options[++i]]);
                    break;
                case "--only":
                    break;
                default:
                    race.only.Add(options[i]);
                    break;
            }
        }
        return race.Run();
    }

    int Run()
    {
        bool both = File.Exists(Path.Combine(peer, "run"));
        if (!both)
            Console.Error.WriteLine($"{peer} is not there, so only this stack is measured.");
        List<string> rows = [];
        foreach (string name in only.Count > 0 ? only : [.. Goals.Keys.Where(k => k.Tuned == tuned).Select(k => k.Name)])
        {
            List<Line> ours = [],
                theirs = [];
            for (int round = 0; round < rounds; round++)
            {
                ours.Add(Measured(Environment.ProcessPath!, ["peer", model, .. passed, .. passedToOurs, "--only", name]));
                if (both)
                    theirs.Add(Measured("bash", [Path.Combine(peer, "run"), .. Program(name), model, .. passed, "--only", name]));
            }
            rows.Add(Row(name, ours, theirs));
            Console.WriteLine(rows[^1]);
        }
        if (file is not null)
            Write(rows);
        return 0;
    }

    /// <summary>The peer's program, or ours for what the peer has no row for; then what it takes before the model.</summary>
    string[] Program(string name) =>
        name switch
        {
            "generate_refusal" => [Own("bench_refusal.py"), "--work", Path.Combine(peer, "work")],
            "ablation" => [Own("bench_ablation.py"), "--peer", peer],
            _ => [Path.Combine(peer, "bench.py")],
        };

    static string Own(string program) => Path.Combine(AppContext.BaseDirectory, "Peer", program);

    string Row(string name, List<Line> ours, List<Line> theirs)
    {
        var (own, other) = (Median(ours), theirs.Count > 0 ? Median(theirs) : double.NaN);
        string goal = Goals.TryGetValue((name, tuned), out double wanted) ? Number(wanted) + " ×" : "";
        return theirs.Count == 0
            ? $"| {ours[0].Name} | {Number(own)} ({Spread(ours)}) | | | {goal} | {ours.Max(l => l.Peak):N0} | |"
            : $"| {ours[0].Name} | {Number(own)} ({Spread(ours)}) | {Number(other)} ({Spread(theirs)}) | {Number(other / own)} × | "
                + $"{goal} | {ours.Max(l => l.Peak)} / {theirs.Max(l => l.Peak)} | {Apart(ours[0], theirs[0])} |";
    }

    void Write(List<string> rows)
    {
        string text = File.ReadAllText(file!);
        int from = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length,
            to = text.IndexOf(End, StringComparison.Ordinal);
        string[] kept = text[from..to].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] others = [.. kept.Skip(2).Where(k => rows.TrueForAll(r => r.Split('|')[1] != k.Split('|')[1]))];
        string[] head =
        [
            "| measure | ours s (spread) | Python s (spread) | ratio | goal | peak memory, MB, ours / Python | results apart |",
            "|---|---|---|---|---|---|---|",
        ];
        File.WriteAllText(file!, text[..from] + "\n" + string.Join("\n", [.. head, .. others, .. rows]) + "\n" + text[to..]);
    }

    sealed record Line(string Name, double[] Times, double[] Result, long Peak);

    static Line Measured(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string last = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";
        process.WaitForExit();
        if (process.ExitCode != 0 || last.Length == 0)
            throw new InvalidOperationException(
                $"'{program} {string.Join(' ', arguments)}' gave no measure (exit code {process.ExitCode})"
            );
        using var json = JsonDocument.Parse(last);
        var line = json.RootElement;
        return new(
            line.GetProperty("name").GetString()!,
            [.. line.GetProperty("all").EnumerateArray().Select(t => t.GetDouble())],
            [.. Numbers(line.GetProperty("result"))],
            line.GetProperty("peak_mb").GetInt64()
        );
    }

    static IEnumerable<double> Numbers(JsonElement result) =>
        result.ValueKind switch
        {
            JsonValueKind.Number => [result.GetDouble()],
            JsonValueKind.Array => result.EnumerateArray().SelectMany(Numbers),
            _ => [],
        };

    static double Median(List<Line> lines)
    {
        double[] all = [.. lines.SelectMany(l => l.Times).Order()];
        return (all[(all.Length - 1) / 2] + all[all.Length / 2]) / 2;
    }

    static string Spread(List<Line> lines) => $"{Number(lines.Min(l => l.Times.Min()))}–{Number(lines.Max(l => l.Times.Max()))}";

    /// <summary>The largest difference of a number that both print, by its size.</summary>
    static string Apart(Line ours, Line theirs) =>
        ours.Result.Length == 0 || ours.Result.Length != theirs.Result.Length
            ? "not compared"
            : ours
                .Result.Zip(theirs.Result, (a, b) => Math.Abs(a - b) / Math.Max(1e-12, Math.Abs(b)))
                .Max()
                .ToString("0.0e+0", CultureInfo.InvariantCulture);

    static string Number(double value) => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);
}
