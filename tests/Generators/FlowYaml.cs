using System.Globalization;

namespace DcrDsl.Generators.Tests;

/// <summary>Declarations as values, and their text as YAML on one line.</summary>
static class FlowYaml
{
    /// <summary>A mapping; entries keep their order.</summary>
    public sealed class Map : Dictionary<string, object?>
    {
        public Map With(Map others)
        {
            var map = new Map();
            foreach (var (key, value) in this.Concat(others))
                map[key] = value;
            return map;
        }
    }

    public static string Text(object? value) =>
        value switch
        {
            null => "~",
            Map map => "{ " + string.Join(", ", map.Select(e => $"{e.Key}: {Text(e.Value)}")) + " }",
            object[] items => "[" + string.Join(", ", items.Select(Text)) + "]",
            bool truth => truth ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
}
