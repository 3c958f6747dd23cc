namespace DcrDsl.Generators.Tests;

/// <summary>What changes the version of a stage run's code, and what does not: a library is compiled before and after an edit.</summary>
public class ReachedCodeTests
{
    const string Source = """
        using System.Runtime.CompilerServices;
        namespace Lab;

        public static class Stage
        {
            public static double Run(double x, int count)
            {
                // How it is done.
                double total = 0;
                foreach (double item in Items(count))
                    total += item * Factor(x);
                Func<double, double> scaled = v => v * 3 + total;
                Shape shape = new Square(2);
                IFilter filter = new Low { By = 5 };
                Check(count > 0);
                return scaled(total) + shape.Area() + filter.Apply(x) + Table.Weights[1] + Generic.Twice(x) + Default()
                    + Late(x).Result + Local(x) + new double[] { 1.5, 2.5 }.Select(w => w * total).Sum() + new Pair(count).Sum;

                double Local(double y) => y * 13;
            }

            public static double Apply(IFilter given, double x) => given.Apply(x);

            static double Factor(double x) => Deep(x) + 1;
            static double Deep(double x) => x * 0.5;

            static IEnumerable<double> Items(int count)
            {
                for (int i = 0; i < count; i++)
                {
                    double square = i * i;
                    yield return square * 7;
                    yield return square;
                }
            }

            static async System.Threading.Tasks.Task<double> Late(double x)
            {
                double before = x;
                await System.Threading.Tasks.Task.Yield();
                return before * 17;
            }

            static double Default(double by = 11) => by;
            static void Check(bool holds, [CallerArgumentExpression(nameof(holds))] string? text = null, [CallerLineNumber] int line = 0)
            {
                if (!holds)
                    throw new ArgumentException(text + line);
            }

            public static double Unused(double x) => new Circle(x).Area() * 99;
        }

        public abstract class Shape { public abstract double Area(); }
        public sealed class Square(double side) : Shape { public override double Area() => side * side * 1.25; }
        public sealed class Circle(double radius) : Shape { public override double Area() => radius * radius * 3.14; }

        public interface IFilter { double Apply(double x); }
        public sealed class Low : IFilter { public double By { get; init; } = 6; double IFilter.Apply(double x) => Math.Min(x, By + 0.75); }
        public sealed class High : IFilter { public double Apply(double x) => Math.Max(x, 0.875); }

        public static class Table { public static readonly double[] Weights = [0.125, 0.25, 0.375]; }
        public static class Generic { public static T Twice<T>(T x) where T : System.Numerics.INumber<T> => x * T.CreateChecked(2); }
        public readonly struct Pair(int count) : IComparable<Pair>
        {
            public int Sum => count + 19;
            public int CompareTo(Pair other) => count.CompareTo(23);
        }
        """;

    static readonly SortedDictionary<string, string> Before = CompiledCode.Of(Source).Methods();

    [Fact]
    public void The_same_text_gives_the_same_digests() => Assert.Equal(Before, CompiledCode.Of(Source).Methods());

    [Theory]
    [InlineData("a comment", "// How it is done.", "// How it is done, at length.\n\n")]
    [InlineData("formatting", "double total = 0;", "double\n\n    total\n = 0 ;")]
    [InlineData("a local, captured", "total", "sum")]
    [InlineData("a local of an iterator", "square", "area")]
    [InlineData("a local of an async method", "before", "earlier")]
    [InlineData("a parameter of a lambda", "v => v * 3", "value => value * 3")]
    [InlineData("a type parameter", "T", "TNumber", "Generic { public static ")]
    [InlineData("a method before", "static double Factor", "static double First(double y) => y * 2;\n    static double Factor")]
    [InlineData(
        "a lambda in a method before",
        "public static double Run",
        "public static Func<int, int> G(int k) => n => n + k;\npublic static double Run"
    )]
    [InlineData(
        "an iterator before",
        "public static double Run",
        "public static IEnumerable<int> H() { yield return 1; }\npublic static double Run"
    )]
    [InlineData(
        "a local function in a method before",
        "public static double Run",
        "public static int I(int k) { return J(); int J() => k; }\npublic static double Run"
    )]
    [InlineData("an unused method", "* 99", "* 98")]
    [InlineData("an override in a type that is never instantiated", "3.14", "3.15")]
    [InlineData("an implementation in a type that is never instantiated", "0.875", "0.75")]
    [InlineData("what is said of an argument", "Check(count > 0)", "\n\n\nCheck(count  >  0)")]
    [InlineData(
        "a new type",
        "public abstract class Shape",
        "public sealed class Round : Shape { public override double Area() => 4; }\npublic abstract class Shape"
    )]
    public void What_computes_the_same_has_the_same_digests(string what, string old, string fresh, string after = "")
    {
        Assert.NotEmpty(what);
        Assert.Equal(Before, Edited(old, fresh, after));
    }

    [Theory]
    [InlineData("* 3 + total", "* 4 + total", "Stage.Run")] // a lambda's constant
    [InlineData("* 0.5", "* 0.625", "Stage.Deep")] // two calls down
    [InlineData("1.25", "1.5", "Square.Area")] // an override in an instantiated type
    [InlineData("0.75)", "0.5)", "Low.Lab.IFilter.Apply")] // an interface implemented explicitly
    [InlineData("= 6;", "= 6.5;", "Low.ctor")] // what a property begins with
    [InlineData("0.25, 0.375", "0.26, 0.375", "Table.cctor")] // a static array
    [InlineData("by = 11", "by = 12", "Stage.Run")] // a default at the call
    [InlineData("CreateChecked(2)", "CreateChecked(3)", "Generic.Twice")] // a generic function
    [InlineData("* 7", "* 8", "Stage.Items")] // an iterator
    [InlineData("* 17", "* 18", "Stage.Late")] // an async method
    [InlineData("y * 13", "y * 14", "Stage.Run")] // a local function
    [InlineData("1.5, 2.5", "1.5, 2.75", "Stage.Run")] // data of an array
    [InlineData("count + 19", "count + 20", "Pair.get_Sum")] // a value's property
    [InlineData("CompareTo(23)", "CompareTo(24)", "Pair.CompareTo")] // what the framework may call
    [InlineData("new Low { By = 5 }", "new High()", "Stage.Run")]
    public void What_computes_something_else_has_another_digest(string old, string fresh, string method)
    {
        var after = Edited(old, fresh);
        string[] changed = [.. Before.Where(m => after.TryGetValue(m.Key, out string? now) && now != m.Value).Select(m => m.Key)];
        Assert.StartsWith($"Lab.{method}(", Assert.Single(changed), StringComparison.Ordinal);
    }

    /// <summary>A stage asks what an earlier one has attached to the model, of which it knows the interface alone.</summary>
    [Fact]
    public void What_was_made_before_is_asked()
    {
        var code = CompiledCode.Of(Source);
        var made = code.From("Stage", "Run").Instantiated;
        Assert.DoesNotContain(code.From("Stage", "Apply").Methods, m => m.Name.StartsWith("Lab.Low.", StringComparison.Ordinal));
        var asked = CompiledCode.Digests(code.From("Stage", "Apply", made));
        Assert.Equal(["Lab.Low.Lab.IFilter.Apply", "Lab.Low.get_By", "Lab.Stage.Apply"], asked.Keys.Select(n => n.Split('(')[0]));
    }

    static SortedDictionary<string, string> Edited(string old, string fresh, string after = "")
    {
        int from = Source.IndexOf(after, StringComparison.Ordinal) + after.Length;
        string rest = Source[from..];
        // A name is replaced wherever it stands as a word, other text where it stands.
        string edited = old.All(char.IsLetter)
            ? System.Text.RegularExpressions.Regex.Replace(rest, $@"\b{old}\b", fresh)
            : rest.Replace(old, fresh, StringComparison.Ordinal);
        Assert.NotEqual(rest, edited);
        return CompiledCode.Of(Source[..from] + edited).Methods();
    }
}
