using System.Text;

namespace DcrDsl.Jinja;

/// <summary>
/// Runs one template once. Everything that it can reach is a <see cref="Value"/>; everything that it does is charged to its
/// <see cref="Budget"/>.
/// </summary>
sealed partial class Interpreter
{
    enum Signal
    {
        None,
        Break,
        Continue,
    }

    readonly Scope root;
    readonly List<TextSpan> spans = [];
    StringBuilder output = new();
    int captures,
        generations,
        line = 1;
    bool hasHiddenGeneration,
        refusesUndefined;

    Interpreter(TemplateLimits limits)
    {
        Budget = new(limits);
        Equality = new(Budget);
        root = new Scope(new Scope(null));
    }

    public Budget Budget { get; }

    public PythonEquality Equality { get; }

    public bool Autoescape { get; private set; }

    /// <summary>Renders a template; every failure is a <see cref="TemplateFault"/> that knows its line.</summary>
    /// <param name="syntax">The parsed template.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="now">What strftime_now tells; null: that function is not defined.</param>
    /// <param name="variables">Makes the variables, charged to the interpreter's budget.</param>
    public static Rendering Run(
        TemplateSyntax syntax,
        TemplateLimits limits,
        DateTime? now,
        Func<Interpreter, IEnumerable<(string Name, Value Value)>> variables
    )
    {
        var run = new Interpreter(limits);
        try
        {
            foreach (var (name, function) in Globals.All(now))
                run.root.Bind(name, function);
            foreach (var (name, value) in variables(run))
                run.root.Bind(name, value);
            run.Execute(syntax.Body, new Scope(run.root));
            return new Rendering(run.output.ToString(), run.spans, run.hasHiddenGeneration);
        }
        catch (TemplateFault fault)
        {
            if (fault.Line == 0)
                fault.Line = run.line;
            throw;
        }
    }

    public OrderedDictionary<Value, Value> NewEntries() => new(Equality);

    Signal Execute(Block block, Scope scope)
    {
        Budget.Enter();
        foreach (Statement statement in block.Statements)
        {
            Signal signal = Execute(statement, scope);
            if (signal == Signal.None)
                continue;
            Budget.Leave();
            return signal;
        }
        Budget.Leave();
        return Signal.None;
    }

    Signal Execute(Statement statement, Scope scope)
    {
        Budget.Step();
        line = statement.Line;
        switch (statement)
        {
            case DataText data:
                Write(data.Text);
                break;
            case Print print:
                WriteValue(Evaluate(print.Value, scope));
                break;
            case If choice:
                return ExecuteIf(choice, scope);
            case For loop:
                RunLoop(loop, Evaluate(loop.Items, scope), scope, depth: 0);
                break;
            case Break:
                return Signal.Break;
            case Continue:
                return Signal.Continue;
            case Set set:
                Assign(set.Target, Evaluate(set.Value, scope), scope);
                break;
            case SetBlock block:
                return ExecuteSetBlock(block, scope);
            case MacroDefinition { Macro: var macro }:
                scope.Bind(macro.Name!, MacroFunction(macro, scope));
                break;
            case CallBlock call:
                WriteValue(EvaluateCall(call.Call, scope, MacroFunction(call.Caller, scope)));
                break;
            case FilterBlock block:
                WriteValue(EvaluateFilter(block.Filter, scope, Captured(() => Execute(block.Body, NewScope(scope)))));
                break;
            case With with:
                return ExecuteWith(with, scope);
            case Autoescape escape:
                return ExecuteAutoescape(escape, scope);
            case NamedBlock block:
                Execute(block.Body, NewScope(block.IsScoped ? scope : root));
                break;
            case Generation generation:
                ExecuteGeneration(generation, scope);
                break;
            case OtherFile other:
                throw new TemplateFault(FaultKind.Forbidden, $"'{other.Tag}' reads another file, and a template may read none");
            default:
                throw new TemplateFault(FaultKind.Unsupported, statement.GetType().Name);
        }
        return Signal.None;
    }

    Signal ExecuteIf(If choice, Scope scope)
    {
        foreach (var (test, body) in choice.Branches)
            if (Iteration.Truth(Evaluate(test, scope)))
                return Execute(body, scope);
        return choice.Else is null ? Signal.None : Execute(choice.Else, scope);
    }

    void RunLoop(For loop, Value items, Scope scope, int depth)
    {
        int? length = loop.Filter is null ? Iteration.Length(Budget, items) : null;
        IEnumerable<Value> values = loop.Filter is null ? Iteration.Over(Budget, items) : Filtered(loop, items, scope);
        Func<Value, Value>? recurse = !loop.IsRecursive ? null : inner => Captured(() => RunLoop(loop, inner, scope, depth + 1));
        var state = new LoopValue(Budget, values, length, depth, recurse);
        while (state.MoveNext())
        {
            Scope inner = NewScope(scope);
            inner.Bind("loop", state);
            Assign(loop.Target, state.Current!, inner);
            if (Execute(loop.Body, inner) == Signal.Break)
                break;
        }
        if (state.Index0 < 0 && loop.Else is not null)
            Execute(loop.Else, NewScope(scope));
    }

    IEnumerable<Value> Filtered(For loop, Value items, Scope scope)
    {
        foreach (Value item in Iteration.Over(Budget, items))
        {
            Scope inner = NewScope(scope);
            Assign(loop.Target, item, inner);
            if (Iteration.Truth(Evaluate(loop.Filter!, inner)))
                yield return item;
        }
    }

    Signal ExecuteSetBlock(SetBlock block, Scope scope)
    {
        Signal signal = Signal.None;
        Value text = Captured(() => signal = Execute(block.Body, NewScope(scope)));
        if (signal == Signal.None)
            Assign(block.Target, block.Filter is null ? text : EvaluateFilter(block.Filter, scope, text), scope);
        return signal;
    }

    Signal ExecuteWith(With with, Scope scope)
    {
        Scope inner = NewScope(scope);
        foreach (var (target, value) in with.Bindings)
            Assign(target, Evaluate(value, scope), inner);
        return Execute(with.Body, inner);
    }

    Signal ExecuteAutoescape(Autoescape escape, Scope scope)
    {
        bool outer = Autoescape;
        Autoescape = Iteration.Truth(Evaluate(escape.Enabled, scope));
        Signal signal = Execute(escape.Body, NewScope(scope));
        Autoescape = outer;
        return signal;
    }

    void ExecuteGeneration(Generation generation, Scope scope)
    {
        // Where the text is captured first (by a macro, a set block, …), its place in the output is not known here.
        bool isVisible = captures == 0 && generations == 0;
        hasHiddenGeneration |= captures > 0;
        int start = output.Length;
        generations++;
        Execute(generation.Body, NewScope(scope));
        generations--;
        if (isVisible)
            spans.Add(new(start, output.Length));
    }

    void Assign(Expression target, Value value, Scope scope)
    {
        switch (target)
        {
            case Name name:
                scope.Bind(name.Id, value);
                break;
            case NamespaceTarget member:
                if (scope.Find(member.Namespace, Budget) is not NamespaceValue space)
                    throw TemplateFault.Operation("only a namespace's attributes can be assigned");
                Globals.CheckNamespaceName(member.Attribute);
                Budget.Allocate(100);
                space.Attributes[new TextValue(member.Attribute)] = value;
                break;
            case TupleLiteral tuple:
                List<Value> items = Iteration.ToList(Budget, value);
                if (items.Count != tuple.Items.Count)
                    throw TemplateFault.Operation($"{items.Count} values cannot be unpacked into {tuple.Items.Count} names");
                for (int i = 0; i < items.Count; i++)
                    Assign(tuple.Items[i], items[i], scope);
                break;
        }
    }

    Scope NewScope(Scope outer)
    {
        Budget.Step();
        Budget.Allocate(256);
        return new(outer);
    }

    /// <summary>What the statements of <paramref name="body"/> write, as a value instead of as output.</summary>
    TextValue Captured(Action body)
    {
        StringBuilder outer = output;
        output = new();
        captures++;
        Budget.Enter();
        body();
        Budget.Leave();
        captures--;
        string text = output.ToString();
        output = outer;
        return new(text, isSafe: Autoescape);
    }

    void WriteValue(Value value)
    {
        if (refusesUndefined && value is UndefinedValue undefined)
            throw undefined.Fault();
        Write(Autoescape ? Html.Escape(this, value) : PythonText.Str(Budget, value));
    }

    void Write(string text)
    {
        Budget.AllocateText(2L * text.Length);
        output.Append(text);
    }
}
