using System.Globalization;
using BTNet.Training;
using Spectre.Console;

namespace BTNet.Cli.Output;

/// <summary>
/// Shows how far long work is, on standard error: as a bar on a terminal, as a line now and then elsewhere. Reports of
/// several stages may follow one another. Safe for use from several threads.
/// </summary>
internal abstract class ProgressDisplay(TimeProvider time) : IProgress<TrainingProgress>, IProgress<WorkProgress>
{
    // What the text beside a bar may need; a bar gets what is left of the terminal's width.
    private const int TextWidth = 76;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Time, long Done, long Last)> _begun = [];

    /// <summary>Does work whose progress is shown. Messages said through the same terminal come between cleanly.</summary>
    public static T During<T>(Terminal terminal, Func<ProgressDisplay, T> work)
    {
        var capabilities = terminal.Messages.Profile.Capabilities;
        if (!capabilities.Ansi || !capabilities.Interactive) return work(new ProgressLines(terminal.Say, TimeProvider.System));
        return terminal.Messages.Progress()
            .Columns(new ProgressBarColumn { Width = Math.Clamp(terminal.Messages.Profile.Width - TextWidth, 4, 40) }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => work(new ProgressBars(context)));
    }

    public void Report(TrainingProgress value)
    {
        lock (_lock)
        {
            Show(value.What, value.Step, value.Steps, string.Create(CultureInfo.InvariantCulture,
                $"step {value.Step} of {value.Steps}, epoch {value.Epoch}, loss {value.Loss:0.000}, {Rate(value.ImagesPerSecond)} images/s, {Time(value.Left)} left"));
        }
    }

    public void Report(WorkProgress value)
    {
        lock (_lock)
        {
            // A stage comes again: the recogniser is asked for each branch.
            if (!_begun.TryGetValue(value.Stage, out var begun) || value.Done < begun.Last) begun = (time.GetTimestamp(), value.Done, value.Done);
            _begun[value.Stage] = begun with { Last = value.Done };
            var elapsed = time.GetElapsedTime(begun.Time);
            var done = value.Done - begun.Done;
            var rate = done > 0 && elapsed > TimeSpan.Zero
                ? $", {Rate(done / elapsed.TotalSeconds)} {value.Unit}/s, {Time(elapsed / done * (value.Total - value.Done))} left"
                : "";
            Show(value.Stage, value.Done, value.Total, $"{value.Done} of {value.Total} {value.Unit}{rate}");
        }
    }

    /// <summary>Shows a stage; called by one thread at a time.</summary>
    protected abstract void Show(string stage, long done, long total, string text);

    private static string Rate(double perSecond) => perSecond.ToString(perSecond < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Time(TimeSpan left) =>
        TimeSpan.FromSeconds(Math.Round(left.TotalSeconds)).ToString(left.TotalHours < 24 ? @"h\:mm\:ss" : @"d\d\ h\h", CultureInfo.InvariantCulture);
}

/// <summary>A line of text every few seconds, and one at the end of each stage.</summary>
internal sealed class ProgressLines(Action<string> write, TimeProvider time) : ProgressDisplay(time)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BeforeTheFirst = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time = time;
    private string? _stage;
    private long _since;
    private TimeSpan _wait;

    protected override void Show(string stage, long done, long total, string text)
    {
        if (_stage != stage) (_stage, _since, _wait) = (stage, _time.GetTimestamp(), BeforeTheFirst);
        if (done < total && _time.GetElapsedTime(_since) < _wait) return;
        (_since, _wait) = (_time.GetTimestamp(), Between);
        write($"{stage}: {text}");
    }
}

/// <summary>A bar a stage.</summary>
internal sealed class ProgressBars(ProgressContext context) : ProgressDisplay(TimeProvider.System)
{
    private readonly Dictionary<string, ProgressTask> _tasks = [];

    protected override void Show(string stage, long done, long total, string text)
    {
        if (!_tasks.TryGetValue(stage, out var task)) _tasks[stage] = task = context.AddTask(Markup.Escape(stage));
        task.Description = Markup.Escape($"{stage}: {text}");
        task.MaxValue = Math.Max(1, total);
        task.Value = done;
    }
}
