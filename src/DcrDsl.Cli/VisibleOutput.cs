using DcrDsl.Wording;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DcrDsl.Cli;

/// <summary>
/// Lets nothing that is shown command the terminal: see <see cref="VisibleText"/>. Colours and cursor movements of the console's own pass.
/// </summary>
sealed class VisibleOutput : IRenderHook
{
    /// <summary>The console, with the hook.</summary>
    public static IAnsiConsole On(IAnsiConsole console)
    {
        console.Pipeline.Attach(new VisibleOutput());
        return console;
    }

    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
        renderables.Select(one => new Visible(one));

    sealed class Visible(IRenderable shown) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => shown.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => shown.Render(options, maxWidth).Select(Shown);

        static Segment Shown(Segment segment) =>
            segment.IsControlCode || segment.IsLineBreak || VisibleText.Of(segment.Text) is var text && text == segment.Text
                ? segment
                : new Segment(text, segment.Style);
    }
}
