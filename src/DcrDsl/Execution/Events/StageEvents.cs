using System.Diagnostics;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Watching;
using DcrDsl.FileSystem;
using DcrDsl.Planning;
using DcrDsl.Results;

namespace DcrDsl.Execution.Events;

/// <summary>
/// Writes down what happens in one stage run: lines of JSON in the run's folder and, where they are wanted, TensorBoard's files. What
/// cannot be written costs events only.
/// </summary>
/// <param name="node">The stage run.</param>
/// <param name="key">Its identity; null where none is known.</param>
/// <param name="path">The file of lines.</param>
/// <param name="board">TensorBoard's file; null: none is wanted.</param>
/// <param name="fails">Is told, once, why events cannot be written.</param>
sealed class StageEvents(StageRunNode node, string? key, string path, TensorBoardFile? board, Action<string> fails)
    : IStageEvents,
        IDisposable
{
    readonly ResidentMemory memory = new();
    readonly Stopwatch watch = Stopwatch.StartNew();
    LineFile<EventLine>? file;
    TimeSpan before;
    bool broken,
        boardBroken;

    public void Stepped(TrainedStep step) =>
        Write(
            new StepLine(
                DateTime.UtcNow,
                Rounded(step.Elapsed),
                step.Step,
                step.Loss,
                step.Norm,
                step.Rate,
                step.Tokens,
                Math.Round(step.TokensPerSecond, 1),
                memory.Bytes
            )
            {
                Terms = step.Terms,
            }
        );

    public void Answered(TaskProgress progress, TimeSpan elapsed) =>
        Write(new AnsweredLine(DateTime.UtcNow, Rounded(elapsed), progress.Task, progress.Done, progress.Total, memory.Bytes));

    public void Read(Reading reading, TimeSpan elapsed) => Write(new ReadingLine(DateTime.UtcNow, Rounded(elapsed), reading));

    public void Resumed(TrainingState state)
    {
        before = state.Elapsed;
        Try(() =>
        {
            if (EarlierEvents.Copy(state.Events, path))
                file = Opened(FileMode.Append);
            else
            {
                foreach (var entry in state.Log)
                    Append(
                        new StepLine(null, null, entry.Step, entry.Loss, entry.Norm, entry.Rate, null, null, null) { Terms = entry.Terms }
                    );
                foreach (var reading in state.Watching?.Readings ?? [])
                    Append(new ReadingLine(null, null, reading));
            }
            Append(new ResumeLine(DateTime.UtcNow, Rounded(before), state.Done));
        });
        Show(shown => shown.GoOn(state.Done, path));
    }

    public KeptEvents? Keep()
    {
        KeptEvents? kept = null;
        Try(() => kept = file is null ? null : new KeptEvents(Path.GetFullPath(path), file.Keep()));
        return kept;
    }

    /// <summary>This process has done with the stage run.</summary>
    /// <param name="how">How it ended.</param>
    /// <param name="reason">Why it failed; null: it did not.</param>
    public void End(string how, string? reason = null) => Write(new EndLine(DateTime.UtcNow, Rounded(before + watch.Elapsed), how, reason));

    void Write(EventLine line)
    {
        Try(() => Append(line));
        Show(shown => shown.Add(line));
    }

    void Append(EventLine line)
    {
        if (file is null)
        {
            file = Opened(FileMode.CreateNew);
            file.Append(new BeginLine(DateTime.UtcNow, node.Id, key, node.Seed));
        }
        file.Append(line);
    }

    LineFile<EventLine> Opened(FileMode mode) => new(path, EventJson.Default.EventLine, mode, waits: false);

    void Try(Action write) => Try(write, ref broken);

    // TensorBoard's folder can be on another disk.
    void Show(Action<TensorBoardFile> show)
    {
        if (board is { } shown)
            Try(() => show(shown), ref boardBroken);
    }

    void Try(Action write, ref bool broken)
    {
        if (broken)
            return;
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException || FileSizeLimit.Is(e))
        {
            broken = true;
            fails(e.Message.TrimEnd('.'));
        }
    }

    static double Rounded(TimeSpan time) => Math.Round(time.TotalSeconds, 4);

    public void Dispose()
    {
        file?.Dispose();
        board?.Dispose();
    }
}
