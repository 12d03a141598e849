using System.CommandLine;
using BTNet.Training.Backbones.Onnx;

namespace BTNet.Cli.Verbs;

/// <summary>What is said of somebody else's recogniser beside its file.</summary>
internal static class RecogniserChoices
{
    public static Option<string?> Input() => new("--input")
    {
        Description = $"What the recogniser expects of pixels, one of {string.Join(", ", RecogniserInput.Common.Select(common => common.Name))}; by default it is found out", HelpName = "NAME"
    };

    /// <summary>What it was said to expect; null to find out.</summary>
    public static RecogniserInput? Named(ParseResult parsed, Option<string?> input) => parsed.GetValue(input) is { } name ? RecogniserInput.Named(name) : null;
}
