using BTNet.Evaluation.Reports;
using Spectre.Console;

namespace BTNet.Cli.Output;

/// <summary>The two ways out: results go to standard output, everything else to standard error, so that what one pipes
/// on is clean.</summary>
internal sealed class Terminal
{
    // Text that no terminal shows is not to be broken into lines.
    private const int WidthOfFiles = 10_000;

    private readonly TextWriter _output;
    private readonly bool _outputIsFile;
    private readonly IAnsiConsole _results;

    /// <param name="output">Where results go.</param>
    /// <param name="outputIsFile">Whether that is a file or a pipe.</param>
    /// <param name="errors">Where everything else goes.</param>
    /// <param name="errorsAreFile">Whether that is a file or a pipe.</param>
    public Terminal(TextWriter output, bool outputIsFile, TextWriter errors, bool errorsAreFile)
    {
        (_output, _outputIsFile) = (output, outputIsFile);
        _results = Create(output, outputIsFile);
        Messages = Create(errors, errorsAreFile);
    }

    /// <summary>Where messages and progress go.</summary>
    public IAnsiConsole Messages { get; }

    /// <summary>The process's own.</summary>
    public static Terminal OfProcess() => new(Console.Out, Console.IsOutputRedirected, Console.Error, Console.IsErrorRedirected);

    /// <summary>Says nothing.</summary>
    public static Terminal Silent() => new(TextWriter.Null, outputIsFile: true, TextWriter.Null, errorsAreFile: true);

    /// <summary>A line for people, on standard error. Safe for use from several threads, and while progress is shown.</summary>
    public void Say(string line) => Messages.WriteLine(line);

    /// <summary>What went wrong, in red on standard error.</summary>
    public void Complain(string text) => Messages.Write(new Text(text + "\n", new Style(Color.Red)));

    /// <summary>A line of the result, on standard output.</summary>
    public void Result(string line) => _results.WriteLine(line);

    /// <summary>A result as it is, on standard output: JSON.</summary>
    public void Raw(string text) => _output.Write(text);

    /// <summary>A table of the result with its title and notes.</summary>
    public void Result(ReportTable table) => Result(table.Title, table.Columns, table.Rows, table.Notes);

    /// <summary>A table of the result: the first column holds names, the others numbers.</summary>
    public void Result(string title, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, IReadOnlyList<string> notes)
    {
        _results.WriteLine(title);
        // In a file, a table that documents can take as it is.
        var drawn = new Table().Border(_outputIsFile ? TableBorder.Markdown : TableBorder.Rounded);
        for (var i = 0; i < columns.Count; i++)
        {
            var column = new TableColumn(new Text(columns[i])).NoWrap();
            drawn.AddColumn(i == 0 ? column : column.RightAligned());
        }

        foreach (var row in rows) drawn.AddRow(row.Select(cell => new Text(cell)));
        _results.Write(drawn);
        foreach (var note in notes) _results.WriteLine(note);
    }

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect
        });
        if (redirected) console.Profile.Width = WidthOfFiles;
        return console;
    }
}
