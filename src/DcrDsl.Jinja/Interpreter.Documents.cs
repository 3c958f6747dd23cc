namespace DcrDsl.Jinja;

sealed partial class Interpreter
{
    /// <summary>
    /// What a template makes of the fields of a document: the value of its print statement where it writes nothing else, so that a list
    /// stays one; otherwise its text. A name that is not defined cannot be printed.
    /// </summary>
    public static Value Evaluate(TemplateSyntax syntax, Func<Interpreter, IEnumerable<(string Name, Value Value)>> variables)
    {
        var run = new Interpreter(TemplateLimits.Default) { refusesUndefined = true };
        try
        {
            foreach (var (name, function) in Globals.All(now: null))
                run.root.Bind(name, function);
            foreach (var (name, value) in variables(run))
                run.root.Bind(name, value);
            var scope = new Scope(run.root);
            var before = syntax.Body.Statements.SkipLast(1);
            if (syntax.Body.Statements is not [.., Print print] || !before.All(s => s is Set))
            {
                run.Execute(syntax.Body, scope);
                return new TextValue(run.output.ToString());
            }
            foreach (var statement in before)
                run.Execute(statement, scope);
            run.line = print.Line;
            var result = run.Evaluate(print.Value, scope);
            return result is UndefinedValue undefined ? throw undefined.Fault() : result;
        }
        catch (TemplateFault fault)
        {
            if (fault.Line == 0)
                fault.Line = run.line;
            throw;
        }
    }
}
