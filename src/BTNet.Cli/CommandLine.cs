using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text.RegularExpressions;
using BTNet.Cli.Output;
using BTNet.Cli.Verbs;
using BTNet.Cli.Verbs.Galleries;

namespace BTNet.Cli;

/// <summary>The verbs, and how a command line finds its way to one.</summary>
internal static partial class CommandLine
{
    private const string Name = "btnet";
    private const string ExitCodes = "Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 done with skipped items, 130 interrupted.";

    /// <summary>Every verb.</summary>
    public static RootCommand Create(Terminal terminal, bool memoryIsKept)
    {
        var root = new RootCommand(
            "BTNet: face recognition across resolutions. Trains a trunk for faces of 112 pixels and a branch for each smaller size, and measures them by the field's protocols.\n\n" + ExitCodes)
        {
            DemoVerb.Create(terminal),
            new Verb("train", "Trains a trunk, or a branch on a trunk.", "btnet train trunk --help")
            {
                TrainTrunkVerb.Create(terminal),
                TrainBranchVerb.Create(terminal)
            },
            ExtendVerb.Create(terminal),
            DistilVerb.Create(terminal),
            new Verb("eval", "Measures a model.", "btnet eval pairs --help")
            {
                EvalPairsVerb.Create(terminal),
                EvalOpenSetVerb.Create(terminal),
                EvalSurvFaceVerb.Create(terminal),
                EvalTinyFaceVerb.Create(terminal),
                EvalScFaceVerb.Create(terminal),
                EvalIjbcVerb.Create(terminal)
            },
            ReportVerb.Create(terminal),
            ExportVerb.Create(terminal),
            QuantizeVerb.Create(terminal),
            CalibrateVerb.Create(terminal),
            EmbedVerb.Create(terminal),
            CompareVerb.Create(terminal),
            GalleryVerb.Create(terminal),
            ImportVerb.Create(terminal),
            InfoVerb.Create(terminal, memoryIsKept)
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, "btnet demo");
        root.HelpName = Name;
        return root;
    }

    /// <summary>Does what the arguments ask for, and gives the exit code.</summary>
    public static int Run(string[] args, Terminal terminal, bool memoryIsKept)
    {
        var root = Create(terminal, memoryIsKept);
        var parsed = root.Parse(args);
        // Signals are this program's own affair (Interruption), and so are exceptions (Failures).
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        if (parsed.Action is not ParseErrorAction faults) return parsed.Invoke(configuration);
        configuration.Output = configuration.Error; // help that nobody asked for is no result
        faults.ShowHelp = parsed.CommandResult.Command.Subcommands.Count > 0;
        if (faults.ShowHelp) parsed.Invoke(configuration);
        else foreach (var error in parsed.Errors) terminal.Complain(Plain(error.Message));
        if (!faults.ShowHelp) terminal.Say($"`{Path(parsed)} --help` shows what is expected");
        return ExitCode.WrongInput;
    }

    /// <summary>The parser names the types that it reads words into; people are told of numbers, and of the words that there are.</summary>
    private static string Plain(string message)
    {
        var typeless = ExpectedType().Match(message);
        if (!typeless.Success) return message;
        // After the type, a line each.
        var words = message[typeless.Index..].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(word => word.ToLowerInvariant()).ToList();
        var expected = words.Count > 0 ? string.Join(", ", words) : typeless.Groups["type"].Value.Contains("Int", StringComparison.Ordinal) ? "a whole number" : "a number";
        return $"{message[..typeless.Index]}; expected {expected}";
    }

    [GeneratedRegex(@" as expected type '(?<type>[^']*)'", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ExpectedType();

    private static string Path(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var at = parsed.CommandResult; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
            names.Push(at.Command is RootCommand ? Name : at.Command.Name);
        return string.Join(' ', names);
    }
}
