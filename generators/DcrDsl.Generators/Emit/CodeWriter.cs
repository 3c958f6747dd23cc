using System.Text;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes indented lines, long statements broken behind commas; the line end is always '\n', so that what is generated is the same on every system.</summary>
sealed class CodeWriter
{
    readonly StringBuilder text = new();
    int depth;

    public void Line(string line = "")
    {
        var parts = LongLine.Parts(line, LongLine.Width - 4 * depth);
        for (int i = 0; i < parts.Count; i++) Write(parts[i], i == 0 ? depth : depth + 1);
    }

    /// <summary>Writes a line that must not be broken, because it belongs to a raw string literal.</summary>
    public void Unbroken(string line) => Write(line, depth);

    void Write(string line, int indent)
    {
        if (line.Length > 0) text.Append(' ', 4 * indent).Append(line);
        text.Append('\n');
    }

    /// <summary>Writes several lines at the current depth.</summary>
    public void Lines(params string[] lines)
    {
        foreach (string line in lines) Line(line);
    }

    /// <summary>Opens a brace; disposing the result closes it, with <paramref name="end"/> after the brace.</summary>
    public IDisposable Block(string end = "")
    {
        Line("{");
        depth++;
        return new End(this, end);
    }

    /// <summary>Indents until disposed.</summary>
    public IDisposable Indent()
    {
        depth++;
        return new End(this, null);
    }

    /// <summary>Lines of two columns: the second starts at the same place in all.</summary>
    public void Aligned(params (string Left, string Right)[] lines)
    {
        int width = lines.Max(l => l.Left.Length);
        foreach (var (left, right) in lines) Line(right.Length == 0 ? left : left.PadRight(width) + " " + right);
    }

    public override string ToString() => text.ToString();

    sealed class End(CodeWriter writer, string? brace) : IDisposable
    {
        public void Dispose()
        {
            writer.depth--;
            if (brace is not null) writer.Line("}" + brace);
        }
    }
}
