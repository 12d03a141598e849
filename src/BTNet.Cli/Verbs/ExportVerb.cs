using System.CommandLine;
using System.Globalization;
using BTNet.Cli.Output;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data.Rendered;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet export</c>.</summary>
internal static class ExportVerb
{
    /// <summary>More say no more of what faces look like, and take longer.</summary>
    private const int MostFaces = 2000;
    private const int DrawnFaces = 64;

    public static Command Create(Terminal terminal)
    {
        var model = new Argument<string>("MODEL") { Description = "Folder that `train`, `import` or `demo` wrote" };
        var output = new Option<string>("--output", "-o") { Description = "Folder for the package; a package that is there is replaced", HelpName = "DIR", Required = true };
        var faces = new Option<string?>("--faces") { Description = $"Folder of aligned photographs of people to check the package with, of which {MostFaces} are taken; from 200 or more it also learns to doubt what is no aligned face. By default {DrawnFaces} drawn ones", HelpName = "FOLDER" };
        var branches = new Option<string?>("--branches") { Description = "Branches to export, as 28,14,7; by default all", HelpName = "R,R" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var verb = new Verb(
            "export",
            "Makes a model package of a checkpoint: an ONNX graph for each resolution, weights that they share, and a manifest. It is run beside torch, and written only where both agree.",
            "btnet export model --output package --faces faces") { model, output, faces, branches, json };
        verb.SetAction(parsed =>
        {
            var skipped = new SkippedItems(terminal.Say);
            var options = new ExportOptions { Branches = parsed.GetValue(branches) is { } list ? [.. list.Split(',', StringSplitOptions.TrimEntries).Select(Resolution.Parse).Distinct().Where(resolution => !resolution.IsFull)] : null, FacesAreReal = parsed.GetValue(faces) is not null };
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var outcome = ProgressDisplay.During(terminal, progress =>
            {
                var seen = parsed.GetValue(faces) is { } folder ? FacesOfFolder.Load(folder, MostFaces, skipped, progress, interruption.Token) : Drawn();
                return ModelExport.Run(new ModelDirectory(parsed.GetRequiredValue(model)), parsed.GetRequiredValue(output), seen, options, progress, interruption.Token);
            });
            if (parsed.GetValue(json)) ResultJson.Print(terminal, outcome);
            else Tell(terminal, outcome);
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }

    private static IReadOnlyList<FaceImage> Drawn()
    {
        var drawn = new RenderedSource(seed: 1, DrawnFaces, imagesPerIdentity: 1);
        return [.. Enumerable.Range(0, drawn.Count).Select(drawn.Load)];
    }

    private static void Tell(Terminal terminal, ExportOutcome outcome) => terminal.Result(
        string.Create(CultureInfo.InvariantCulture, $"{outcome.Directory}: {outcome.Bytes / 1e6:0.0} MB"),
        ["resolution", "faces compared", "ONNX Runtime from torch, 1 - cosine"],
        [.. outcome.Checks.Select(IReadOnlyList<string> (check) => [check.Resolution.ToString(), check.Faces.ToString(CultureInfo.InvariantCulture), check.Furthest.ToString("0.0e+0", CultureInfo.InvariantCulture)])],
        ["The greatest distance of any face; more than 1e-4 is refused."]);
}
