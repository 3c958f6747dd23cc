using System.Text.RegularExpressions;
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
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.MalformedYaml, e is AnchorNotFoundException ? Alias(e.Message) : At((int)e.Start.Index, (int)e.End.Index), Sentence(e.InnerException is YamlException inner ? inner.Message : e.Message)));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The parser lets other exceptions out on some malformed input.
            int index = (int)scanner.CurrentPosition.Index;
            diagnostics.Add(DiagnosticInfo.Of(Descriptors.MalformedYaml, At(index, index), "it cannot be read on here; look before this place for a bracket, brace or quote that is not closed"));
        }
        return null;
    }

    /// <summary>The place of a node; of a mapping or sequence over several lines, its first line.</summary>
    public Place Of(YamlNode node)
    {
        int start = Math.Min((int)node.Start.Index, text.Length);
        int end = node is YamlScalarNode ? (int)node.End.Index : Math.Min(End(node), text.Lines.GetLineFromPosition(start).End);
        return At(start, end);
    }

    /// <summary>Where a mapping or sequence ends: after its last child and, in flow style, the bracket that closes it. Its own mark tells only where it begins.</summary>
    int End(YamlNode node)
    {
        var (last, bracket) = node switch
        {
            YamlMappingNode mapping => (mapping.Children.Count > 0 ? mapping.Children[mapping.Children.Count - 1].Value : null, '}'),
            YamlSequenceNode sequence => (sequence.Children.Count > 0 ? sequence.Children[sequence.Children.Count - 1] : null, ']'),
            _ => (null, '\0'),
        };
        if (bracket == '\0') return (int)node.End.Index;
        // A child that was an alias stands elsewhere in the file.
        int start = Math.Min((int)node.Start.Index, text.Length), end = last is null || last.Start.Index < node.Start.Index ? start + 1 : End(last);
        bool flow = start < text.Length && text[start] is '{' or '[';
        if (!flow) return Math.Min(end, text.Length);
        while (end < text.Length && text[end] != bracket && text[end] is not '\n') end++;
        return Math.Min(end + 1, text.Length);
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

    /// <summary>The alias whose anchor is missing: the parser names it but reports the start of the file.</summary>
    Place Alias(string message)
    {
        var match = Regex.Match(text.ToString(), @"\*" + Regex.Escape(message.Split('\'').ElementAtOrDefault(1) ?? "") + @"(?![\w-])");
        return match.Success ? At(match.Index, match.Index + match.Length) : At(0, 0);
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
