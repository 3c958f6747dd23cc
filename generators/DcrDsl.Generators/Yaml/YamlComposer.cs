using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DcrDsl.Generators.Yaml;

/// <summary>
/// Makes nodes of the parser's events. YamlDotNet's own tree follows nesting and aliases without a bound and compares keys by everything
/// below them, so that a small file can overflow the compiler's stack or keep it busy for minutes; here depth and size are counted before
/// anything is followed.
/// </summary>
sealed class YamlComposer(IParser parser)
{
    /// <summary>More than any experiment has.</summary>
    public const int MostNodes = 20_000,
        Deepest = 64;

    // Null: the node is not whole yet, so an alias to it would be a circle.
    readonly Dictionary<string, YamlNode?> anchors = new(StringComparer.Ordinal);
    int count,
        reached;

    /// <summary>The root of the only document.</summary>
    /// <exception cref="YamlSyntaxException">The document is none, or larger or deeper than any experiment.</exception>
    public YamlNode Document()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
            throw Empty();
        parser.Consume<DocumentStart>();
        var root = Node(0);
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
            throw Error(second, "the file holds several documents; write one experiment a file");
        return root is YamlScalar { Value: "", IsPlain: true } ? throw Empty() : root;
    }

    YamlNode Node(int depth)
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
            return Aliased(alias);
        var node = parser.Consume<NodeEvent>();
        if (depth > Deepest)
            throw Error(node, $"it nests more than {Deepest} levels deep, which no experiment does");
        if (++count > MostNodes)
            throw Error(node, $"it has more than {MostNodes} values, which no experiment has");
        bool asText = IsText(node);
        string? anchor = node.Anchor.IsEmpty ? null : node.Anchor.Value;
        if (anchor is not null)
            anchors[anchor] = null;
        YamlNode composed = node switch
        {
            Scalar scalar => new YamlScalar(
                scalar.Value,
                scalar.Style == ScalarStyle.Plain && !asText,
                Start(scalar),
                reached = End(scalar)
            ),
            SequenceStart start => Sequence(start, depth),
            MappingStart start => Mapping(start, depth),
            _ => throw Error(node, "a value is wanted here"),
        };
        if (anchor is not null)
            anchors[anchor] = composed;
        return composed;
    }

    YamlNode Aliased(AnchorAlias alias)
    {
        reached = End(alias);
        string name = alias.Value.Value;
        if (!anchors.TryGetValue(name, out var node))
            throw Error(alias, $"no anchor '&{name}' stands before this alias");
        return node ?? throw Error(alias, $"'*{name}' stands within what '&{name}' names, so it would hold itself without end");
    }

    YamlSequence Sequence(SequenceStart start, int depth)
    {
        var items = new List<YamlNode>();
        while (!parser.Accept<SequenceEnd>(out _))
            items.Add(Node(depth + 1));
        var end = parser.Consume<SequenceEnd>();
        if (start.Style == SequenceStyle.Flow)
            reached = Start(end) + 1;
        return new YamlSequence(items, Start(start), reached);
    }

    YamlMapping Mapping(MappingStart start, int depth)
    {
        var entries = new List<(YamlScalar Key, YamlNode Value, bool Merged)>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!parser.Accept<MappingEnd>(out _))
        {
            if (!parser.Accept<Scalar>(out _) && !parser.Accept<AnchorAlias>(out _))
                throw Error(parser.Current!, "a key is a plain text, not a list or mapping");
            var (from, to) = (Start(parser.Current!), End(parser.Current!));
            var key =
                Node(depth + 1) as YamlScalar ?? throw new YamlSyntaxException(from, to, "a key is a plain text, not a list or mapping");
            if (key.Start != from)
                key = new YamlScalar(key.Value, key.IsPlain, from, to);
            var value = Node(depth + 1);
            if (key is { Value: "<<", IsPlain: true })
                Merge(value, key);
            else
                Add(key, value, merged: false);
        }
        var end = parser.Consume<MappingEnd>();
        if (start.Style == MappingStyle.Flow)
            reached = Start(end) + 1;
        return new YamlMapping([.. entries.Select(e => (e.Key, e.Value))], Start(start), reached);

        // What is written here wins over what is merged, and earlier merges over later ones; an entry keeps the place where its key came
        // first.
        void Add(YamlScalar key, YamlNode value, bool merged)
        {
            if (++count > MostNodes)
                throw new YamlSyntaxException(key.Start, key.End, $"it has more than {MostNodes} values, which no experiment has");
            if (!places.TryGetValue(key.Value, out int place))
            {
                places[key.Value] = entries.Count;
                entries.Add((key, value, merged));
            }
            else if (!merged)
            {
                if (!entries[place].Merged)
                    throw new YamlSyntaxException(key.Start, key.End, $"the key '{key.Value}' is there already");
                entries[place] = (key, value, false);
            }
        }

        void Merge(YamlNode value, YamlScalar key)
        {
            foreach (var part in value is YamlSequence list ? list.Items : [value])
            {
                if (part is not YamlMapping mapping)
                    throw new YamlSyntaxException(key.Start, key.End, "'<<' merges a mapping, or a list of mappings, and this is none");
                foreach (var (mergedKey, mergedValue) in mapping.Entries)
                    Add(mergedKey, mergedValue, merged: true);
            }
        }
    }

    /// <summary>Whether a tag says that the value is text. The vocabulary gives every value its type, so tags of other types say nothing,
    /// and unknown ones are refused.</summary>
    static bool IsText(NodeEvent node)
    {
        if (node.Tag.IsEmpty)
            return false;
        string tag = node.Tag.Value;
        const string Core = "tag:yaml.org,2002:";
        if (tag is "!" or Core + "str")
            return true;
        if (tag is Core + "int" or Core + "float" or Core + "bool" or Core + "null" or Core + "map" or Core + "seq")
            return false;
        throw Error(node, $"the tag '{tag}' means nothing here; leave it out, and name a record with 'type'");
    }

    static YamlSyntaxException Empty() => new(0, 0, "the file is empty; start with 'experiment: name'");

    static YamlSyntaxException Error(ParsingEvent at, string message) =>
        new(Start(at), Math.Max(End(at), at is SequenceStart or MappingStart ? Start(at) + 1 : 0), message);

    static int Start(ParsingEvent e) => (int)e.Start.Index;

    static int End(ParsingEvent e) => (int)e.End.Index;
}

/// <summary>A document that is no experiment's, with the span to point at.</summary>
sealed class YamlSyntaxException(int start, int end, string message) : Exception(message)
{
    public int Start { get; } = start;

    public int End { get; } = end;
}
