using DcrDsl.Generators.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using YamlDotNet.Core;

namespace DcrDsl.Generators.Yaml;

/// <summary>The text of a YAML file: its root node, and places in it.</summary>
sealed class YamlText(string path, SourceText text)
{
    int visited;

    /// <summary>The root of the only document, or null where an error was reported.</summary>
    public YamlNode? Read(List<DiagnosticInfo> diagnostics)
    {
        void Malformed(int start, int end, string why) =>
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.MalformedYaml, At(start, end), why));

        string content = text.ToString();
        if (NotUtf8(content) is { } place)
        {
            Malformed(place, place + 1, "a byte here is not UTF-8, so letters would be lost; save the file as UTF-8");
            return null;
        }
        var scanner = new Scanner(new StringReader(content), skipComments: true);
        try
        {
            return new YamlComposer(new Parser(scanner)).Document();
        }
        catch (YamlSyntaxException e)
        {
            Malformed(e.Start, e.End, e.Message);
        }
        catch (YamlException e)
        {
            // Of what stands where nothing can, the parser reports the start of the file: it is where the scanner stopped.
            int stopped = (int)scanner.CurrentPosition.Index;
            var (start, end) = e.Start.Index == 0 && stopped > 0 ? (stopped, stopped) : ((int)e.Start.Index, (int)e.End.Index);
            if (Tab(content, stopped) is { } tab)
                Malformed(tab, tab + 1, "a tab cannot indent a line in YAML; use blanks");
            else
                Malformed(start, end, Sentence(e.InnerException is YamlException inner ? inner.Message : e.Message));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The parser lets other exceptions out on some malformed input.
            int index = (int)scanner.CurrentPosition.Index;
            Malformed(index, index, "it cannot be read on here; look before this place for a bracket, brace or quote that is not closed");
        }
        return null;
    }

    /// <summary>The place of a node; of a mapping or sequence over several lines, its first line.</summary>
    public Place Of(YamlNode node)
    {
        int start = Math.Min(node.Start, text.Length);
        return At(start, node is YamlScalar ? node.End : Math.Min(node.End, text.Lines.GetLineFromPosition(start).End));
    }

    /// <summary>Counts a visit; throws where the document is deeper or larger than any experiment once its aliases are followed.</summary>
    public void Visit(YamlNode node, int depth)
    {
        if (depth > YamlComposer.Deepest || ++visited > YamlComposer.MostNodes)
            throw new YamlValueException(
                node,
                Descriptors.MalformedYaml,
                "it nests too deeply or repeats itself through aliases without end"
            );
    }

    /// <summary>
    /// Where the first byte stood that is not UTF-8. Then the compiler reads the file in the machine's own encoding, or has put U+FFFD in
    /// the place of the byte.
    /// </summary>
    int? NotUtf8(string content)
    {
        int replaced = content.IndexOf('\uFFFD');
        if (replaced >= 0)
            return replaced;
        return text.Encoding is { CodePage: not (65001 or 1200 or 1201 or 12000 or 12001 or 20127) }
            ? content.TakeWhile(c => c < '\u0080').Count()
            : null;
    }

    /// <summary>The tab in the indentation of the line that stopped the scanner.</summary>
    int? Tab(string content, int stopped)
    {
        var line = text.Lines.GetLineFromPosition(Math.Min(stopped, text.Length));
        for (int i = line.Start; i < line.End && content[i] is ' ' or '\t'; i++)
            if (content[i] == '\t')
                return i;
        return null;
    }

    Place At(int start, int end)
    {
        start = Math.Max(0, Math.Min(start, text.Length));
        end = Math.Max(start, Math.Min(end, text.Length));
        var span = TextSpan.FromBounds(start, end);
        return new Place(path, span, text.Lines.GetLinePositionSpan(span));
    }

    static string Sentence(string message)
    {
        // YamlDotNet puts the position before the message; the diagnostic carries it already.
        int colon = message.StartsWith("(", StringComparison.Ordinal) ? message.IndexOf("): ", StringComparison.Ordinal) : -1;
        return (colon < 0 ? message : message.Substring(colon + 3)).TrimEnd('.');
    }
}

/// <summary>A node that does not fit; carries the diagnostic.</summary>
sealed class YamlValueException(YamlNode node, Microsoft.CodeAnalysis.DiagnosticDescriptor descriptor, params string[] arguments)
    : Exception(descriptor.Id)
{
    public YamlNode Node { get; } = node;

    public Microsoft.CodeAnalysis.DiagnosticDescriptor Descriptor { get; } = descriptor;

    public string[] Arguments { get; } = arguments;
}
