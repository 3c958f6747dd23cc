using System.Diagnostics;
using System.Globalization;
using DcrDsl.Benchmarks.Peer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Benchmarks;

/// <summary>
/// What compiling a project of many experiments costs beside one of the same programs written by hand: <c>generator [N …]</c>. Each of the
/// two is compiled to IL in a new process, as a build without a compiler server does; then, in the same process, again after an edit.
/// </summary>
static class GeneratedBuild
{
    const int Rounds = 3,
        Edits = 40;

    public static int Run(string[] counts)
    {
        string folder = Directory.CreateTempSubdirectory("dcrdsl-generator-").FullName;
        try
        {
            Console.WriteLine(
                "| experiments | generated, s | of it the generator, s | by hand, s | an edit of one, ms | an edit elsewhere, ms | lines |"
            );
            Console.WriteLine("|---|---|---|---|---|---|---|");
            foreach (string count in counts is [] ? ["1", "100", "1000"] : counts)
            {
                int lines = Write(int.Parse(count, CultureInfo.InvariantCulture), folder);
                double[][] generated = [.. Enumerable.Range(0, Rounds).Select(_ => Once("generated", count))],
                    written = [.. Enumerable.Range(0, Rounds).Select(_ => Once("written", folder))];
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {count} | {Median(generated, 0):0.00} | {Median(generated, 1):0.00} | {Median(written, 0):0.00} | "
                            + $"{Median(generated, 2) * 1000:0.0} | {Median(generated, 3) * 1000:0.0} | {lines:N0} |"
                    )
                );
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return 0;
    }

    /// <summary>One measurement, in a process of its own.</summary>
    public static int Measure(string kind, string given)
    {
        var clock = Stopwatch.StartNew();
        double[] times = kind == "generated" ? Generated(int.Parse(given, CultureInfo.InvariantCulture), clock) : Written(given, clock);
        Console.WriteLine(string.Join(' ', times.Select(t => t.ToString(CultureInfo.InvariantCulture))));
        return 0;
    }

    static double[] Generated(int count, Stopwatch clock)
    {
        SyntaxTree[] trees = [.. Enumerable.Range(0, count).Select(i => ManyExperiments.Declaration(i))];
        var other = ManyExperiments.Parsed("class Other { int x = 1; }", "Other.cs");
        var compilation = ManyExperiments.Compiled([.. trees, other]);
        double before = clock.Elapsed.TotalSeconds;
        var driver = ManyExperiments.Driver().RunGeneratorsAndUpdateCompilation(compilation, out var whole, out _);
        double generator = clock.Elapsed.TotalSeconds - before;
        Emit(whole);
        double all = clock.Elapsed.TotalSeconds;
        return [all, generator, Again(trees[0], i => ManyExperiments.Declaration(0, steps: 1001 + i)), Again(other, Other)];

        // As in a process that has done it for a while: the median of the last edits.
        double Again(SyntaxTree from, Func<int, SyntaxTree> edit)
        {
            var times = new List<double>();
            var edited = compilation;
            for (int i = 0; i < Edits; i++)
            {
                var to = edit(i);
                edited = edited.ReplaceSyntaxTree(from, to);
                times.Add(PeerSetting.Time(() => driver = driver.RunGenerators(edited)));
                from = to;
            }
            return times.TakeLast(Edits / 2).Order().ElementAt(Edits / 4);
        }

        static SyntaxTree Other(int i) =>
            ManyExperiments.Parsed(FormattableString.Invariant($"class Other {{ int x = {i}; }}"), "Other.cs");
    }

    static double[] Written(string folder, Stopwatch clock)
    {
        Emit(
            ManyExperiments.Compiled(
                Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(f => ManyExperiments.Parsed(File.ReadAllText(f), f))
            )
        );
        return [clock.Elapsed.TotalSeconds];
    }

    static void Emit(Compilation compilation)
    {
        using var output = new MemoryStream();
        var result = compilation.Emit(output);
        if (!result.Success)
            throw new InvalidOperationException(string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));
    }

    /// <summary>The declarations and what is generated from them, as files.</summary>
    static int Write(int count, string folder)
    {
        SyntaxTree[] trees = [.. Enumerable.Range(0, count).Select(i => ManyExperiments.Declaration(i))];
        ManyExperiments.Driver().RunGeneratorsAndUpdateCompilation(ManyExperiments.Compiled(trees), out var whole, out _);
        foreach (string old in Directory.GetFiles(folder))
            File.Delete(old);
        foreach (var (i, tree) in whole.SyntaxTrees.Index())
            File.WriteAllText(Path.Combine(folder, FormattableString.Invariant($"{i}.cs")), tree.ToString());
        return whole.SyntaxTrees.Sum(t => t.GetText().Lines.Count);
    }

    static double[] Once(string kind, string given)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, ["generator-once", kind, given]) { RedirectStandardOutput = true }
        )!;
        string line = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. line.Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException($"generator-once {kind} ended with {process.ExitCode}.");
    }

    static double Median(double[][] times, int column) => times.Select(t => t[column]).Order().ElementAt(times.Length / 2);
}
