using System.Xml;
using System.Xml.Linq;

namespace DcrDsl.Generators.Values;

/// <summary>What documentation comments say, on one line and without markup.</summary>
static class Documentation
{
    static readonly Lazy<IReadOnlyDictionary<string, string>> OfVocabulary = new(Read);

    /// <summary>The summary of a record, ours or the user's; empty if there is none.</summary>
    public static string Summary(object record) => record is IOwn own ? own.Own.Type.Summary : Summary(record.GetType());

    /// <summary>The summary of a type of the vocabulary; empty if there is none.</summary>
    public static string Summary(Type type) => OfMember("T:" + type.FullName);

    /// <summary>The summary of a property or a member of an enumeration of the vocabulary; empty if there is none.</summary>
    public static string Summary(Type type, string member) => OfMember($"{(type.IsEnum ? 'F' : 'P')}:{type.FullName}.{member}");

    /// <summary>The summary of an option, of a record of ours or the user's; empty if there is none.</summary>
    public static string Summary(Option option) =>
        option switch
        {
            OwnOption own => own.Summary,
            ReflectedOption { Property: var property } => Summary(property.DeclaringType!, property.Name),
            _ => "",
        };

    static string OfMember(string member) => OfVocabulary.Value.TryGetValue(member, out string? summary) ? summary : "";

    /// <summary>The summary within the XML of a comment; empty if there is none, or it is not well-formed.</summary>
    public static string Summary(string xml)
    {
        if (xml.IndexOf("<summary", StringComparison.Ordinal) < 0)
            return "";
        try
        {
            var summary = XElement.Parse($"<doc>{xml}</doc>").DescendantsAndSelf("summary").FirstOrDefault();
            return summary is null ? "" : Plain(summary);
        }
        catch (XmlException)
        {
            return "";
        }
    }

    /// <summary>The file that the compiler writes beside the vocabulary.</summary>
    static IReadOnlyDictionary<string, string> Read()
    {
        using var file = typeof(Documentation).Assembly.GetManifestResourceStream("DcrDsl.Specs.xml");
        return XDocument
            .Load(file)
            .Descendants("member")
            .Where(m => m.Element("summary") is not null)
            .ToDictionary(m => m.Attribute("name")!.Value, m => Plain(m.Element("summary")!));
    }

    /// <summary>The text, references by the last part of their name.</summary>
    static string Plain(XElement element) => string.Join(" ", Words(element).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    static string Words(XElement element) =>
        string.Concat(
            element
                .Nodes()
                .Select(node =>
                    node switch
                    {
                        XElement { IsEmpty: true } reference => Reference(reference),
                        XElement inner => Words(inner),
                        XText text => text.Value,
                        _ => "",
                    }
                )
        );

    static string Reference(XElement reference)
    {
        string name = reference.FirstAttribute?.Value ?? "";
        return name.Substring(name.LastIndexOf('.') + 1);
    }
}
