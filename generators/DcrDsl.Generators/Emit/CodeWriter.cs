using System.Text;
using DcrDsl.Generators.Values;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// Writes indented lines, long statements broken behind commas; the line end is always '\n', so that what is generated is the same on every
/// system.
/// </summary>
sealed class CodeWriter
{
    readonly StringBuilder text = new();
    int depth;

    /// <summary>Whether a line does not have to be broken here.</summary>
    public bool Fits(Code line) => line.ToString().Length <= LongLine.Width - 4 * depth;

    public void Line(Code line = default)
    {
        var parts = LongLine.Parts(line.ToString(), LongLine.Width - 4 * depth);
        for (int i = 0; i < parts.Count; i++)
            Write(parts[i], i == 0 || parts[0].StartsWith("//", StringComparison.Ordinal) ? depth : depth + 1);
    }

    /// <summary>Writes the lines of a template, each broken where it is too long.</summary>
    public void Template(Code template)
    {
        foreach (string line in template.AllLines())
        {
            string code = line.TrimStart(' ');
            int inside = (line.Length - code.Length) / 4;
            var parts = LongLine.Parts(code.TrimEnd(), LongLine.Width - 4 * (depth + inside));
            for (int i = 0; i < parts.Count; i++)
                Write(parts[i], depth + inside + (i == 0 || parts[0].StartsWith("//", StringComparison.Ordinal) ? 0 : 1));
        }
    }

    void Write(string line, int indent)
    {
        // Code is made so that this cannot be; were it so all the same, what follows would leave its comment or text.
        if (Characters.HoldsLineEnd(line))
            throw new InvalidOperationException($"a line of code holds an end of line: {Characters.OnOneLine(line)}");
        if (line.Length > 0)
            text.Append(' ', 4 * indent).Append(line);
        text.Append('\n');
    }

    /// <summary>Writes several lines at the current depth.</summary>
    public void Lines(params Code[] lines)
    {
        foreach (var line in lines)
            Line(line);
    }

    /// <summary>Opens a brace; disposing the result closes it, with a semicolon after the brace if wanted.</summary>
    public IDisposable Block(bool semicolon = false)
    {
        Line($"{{");
        depth++;
        return new End(this, semicolon ? "};" : "}");
    }

    /// <summary>Indents until disposed.</summary>
    public IDisposable Indent()
    {
        depth++;
        return new End(this, null);
    }

    /// <summary>Lines of two columns: the second starts at the same place in all.</summary>
    public void Aligned(params (Code Left, Code Right)[] lines)
    {
        int width = lines.Max(l => l.Left.ToString().Length);
        foreach (var (left, right) in lines)
            Line(right.IsEmpty ? left : $"{left.Padded(width)} {right}");
    }

    /// <summary>A constant text over several lines; without an access it is private, or a local.</summary>
    public void Constant(string name, string value, Code access = default)
    {
        Code constant = $"const string {Code.Name(name)}";
        if (!access.IsEmpty)
            constant = $"{access} {constant}";
        Text($"{constant} = ", value, $";");
    }

    /// <summary>
    /// The same, private and kept as UTF-8: all texts that an assembly keeps as strings may be 16 MB together, which a few hundred programs
    /// are.
    /// </summary>
    public void LongConstant(string name, string value) =>
        Text($"static string {Code.Name(name)} => global::System.Text.Encoding.UTF8.GetString(", value, $"u8);");

    void Text(Code before, string value, Code behind)
    {
        var (opening, lines, closing) = Code.Lines(value);
        if (closing.IsEmpty)
        {
            Line($"{before}{opening}{behind}");
            return;
        }
        Line($"{before}{opening}");
        foreach (var line in lines)
            Write(line.ToString(), depth);
        Line($"{closing}{behind}");
    }

    public override string ToString() => text.ToString();

    sealed class End(CodeWriter writer, string? brace) : IDisposable
    {
        public void Dispose()
        {
            writer.depth--;
            if (brace is not null)
                writer.Write(brace, writer.depth);
        }
    }
}
