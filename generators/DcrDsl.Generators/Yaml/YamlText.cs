using DcrDsl.Generators.Model;
using DcrDsl.Generators.Validation;
using Microsoft.CodeAnalysis.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DcrDsl.Generators.Yaml;

/// <summary>The text of a YAML file: its root node, and places in it.</summary>
sealed class YamlText(string path, SourceText text)
{
    /// <summary>More nodes than any experiment has: aliases of aliases would otherwise expand without bound.</summary>
    const int MostNodes = 20_000, Deepest = 64;

    int visited;

    /// <summary>The root of the only document, or null where an error was reported.</summary>
    public YamlNode? Read(List<DiagnosticInfo> diagnostics)
    {
        var scanner = new Scanner(new StringReader(text.ToString()), skipComments: true);
        try
        {
            var stream = new YamlStream();
            stream.Load(new Parser(scanner));
            if (stream.Documents.Count == 1) return stream.Documents[0].RootNode;
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.MalformedYaml, At(0, 0), stream.Documents.Count == 0 ? "the file is empty; start with 'experiment: name'" : "the file holds several documents; write one experiment a file"));
        }
        catch (YamlException e)
        {
            // An unknown anchor is reported at the start of the file; the scanner knows better where it was met.
            var mark = e is AnchorNotFoundException ? scanner.CurrentPosition : e.Start;
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.MalformedYaml, At((int)mark.Index, e is AnchorNotFoundException ? (int)mark.Index : (int)e.End.Index), Sentence(e.InnerException is YamlException inner ? inner.Message : e.Message)));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The parser lets other exceptions out on some malformed input.
            int index = (int)scanner.CurrentPosition.Index;
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.MalformedYaml, At(index, index), Sentence(e.Message)));
        }
        return null;
    }

    /// <summary>The place of a node; of a mapping or sequence, its first line.</summary>
    public Place Of(YamlNode node)
    {
        int start = (int)node.Start.Index, end = (int)node.End.Index;
        if (node is not YamlScalarNode)
        {
            start = Math.Min(start, text.Length);
            end = Math.Min(end, text.Lines.GetLineFromPosition(start).End);
        }
        return At(start, end);
    }

    /// <summary>Counts a visit; throws where the document is deeper or larger than any experiment.</summary>
    public void Visit(YamlNode node, int depth)
    {
        if (depth > Deepest || ++visited > MostNodes)
            throw new YamlValueException(node, Descriptors.MalformedYaml, "it nests too deeply or repeats itself through aliases without end");
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
sealed class YamlValueException(YamlNode node, Microsoft.CodeAnalysis.DiagnosticDescriptor descriptor, params string[] arguments) : Exception(descriptor.Id)
{
    public YamlNode Node { get; } = node;

    public Microsoft.CodeAnalysis.DiagnosticDescriptor Descriptor { get; } = descriptor;

    public string[] Arguments { get; } = arguments;
}
