using System.Reflection;
using DcrDsl.Evaluation;

namespace DcrDsl.Runtime.Tests.Evaluation;

public class AnswerLineTests
{
    [Fact]
    public void Lines_of_each_kind_of_task_name_themselves()
    {
        var kinds = typeof(AnswerLine)
            .Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(AnswerLine)))
            .Select(t => (t.Name, Kind: t.GetCustomAttribute<LineKindAttribute>()?.Name))
            .ToList();
        Assert.Empty(kinds.Where(k => k.Kind is null).Select(k => k.Name));
        Assert.Equal(kinds.Count, kinds.Select(k => k.Kind).Distinct().Count());
        Assert.Contains(("ChoiceLine", "question"), kinds!);
    }
}
