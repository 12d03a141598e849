using System.CommandLine;
using BTNet.Cli.Output;

namespace BTNet.Cli.Verbs;

/// <summary>What verbs take that write a page: where to, and whether faces may be on it.</summary>
internal sealed class PageOptions
{
    /// <summary>Beside a verb's other results.</summary>
    public Option<string?> Report { get; } = new("--report") { Description = "Write a page for people, in one HTML file that needs no network: tables, curves, cost, latency, and what made it", HelpName = "FILE" };

    private readonly Option<bool> _showFaces = new("--show-faces")
    {
        Description = "Show the hardest errors on the page as pictures, with the names of their files. They are people's faces: who gets the page gets them"
    };

    /// <summary>Adds both.</summary>
    public void AddTo(Command command)
    {
        command.Add(Report);
        AddShowFacesTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_showFaces) && result.GetValue(Report) is null) result.AddError("--show-faces says what is on a page; give --report as well");
        });
    }

    /// <summary>Adds what may be on the page only, for a verb that writes one in any case.</summary>
    public void AddShowFacesTo(Command command) => command.Add(_showFaces);

    /// <summary>Writes the page, if one is asked for.</summary>
    /// <param name="terminal">Told where.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="named">The model as the command line names it.</param>
    /// <param name="model">The model.</param>
    /// <param name="root">The folder of the data; null where lists say where images are.</param>
    /// <param name="add">Adds what was found.</param>
    /// <param name="cancellation">Ends the measurement of latency.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Write(Terminal terminal, ParseResult parsed, string named, AnyModel model, string? root, Action<ModelPage> add, CancellationToken cancellation)
    {
        if (parsed.GetValue(Report) is not { } file) return;
        var made = new ModelPage(model, named);
        add(made);
        made.Write(terminal, file, parsed, root, cancellation);
    }

    /// <summary>Whether faces may be shown.</summary>
    public bool ShowsFaces(ParseResult parsed) => parsed.GetValue(_showFaces);
}
