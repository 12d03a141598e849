using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using BTNet.Cli.Output;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet info</c>.</summary>
internal static class InfoVerb
{
    public static Command Create(Terminal terminal, bool memoryIsKept)
    {
        var backbone = new Option<string?>("--backbone") { Description = "How large this network and its branches are", HelpName = string.Join('|', BackboneSpec.Names) };
        var width = new Option<int?>("--width") { Description = "Channels of its first stage; by default the published network's", HelpName = "W" };
        var embedding = new Option<int?>("--embedding-size") { Description = "Numbers of an embedding; by default 512", HelpName = "D" };
        var model = new Option<string?>("--model", "-m") { Description = "What is in a model's folder and where it comes from", HelpName = "DIR" };
        var named = new Argument<string?>("MODEL") { Description = "The same: folder of a model package, whose checksums are compared, or of a checkpoint", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        backbone.AcceptOnlyFromAmong([.. BackboneSpec.Names]);
        var verb = new Verb(
            "info",
            "Says what this program, this machine, a network or a model is.",
            "btnet info",
            "btnet info --backbone iresnet50",
            "btnet info package",
            "btnet info --model model --json") { named, backbone, width, embedding, model, json };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(named) is not null && result.GetValue(model) is not null) result.AddError("MODEL and --model name a model each; give one of them");
            if (result.GetResult(backbone) is not null) return;
            foreach (var option in new Option[] { width, embedding }.Where(option => result.GetResult(option) is { Implicit: false })) result.AddError($"{option.Name} needs --backbone");
        });
        verb.SetAction(parsed =>
        {
            var prints = parsed.GetValue(json);
            var size = parsed.GetValue(backbone) is { } name ? NetworkSize.Of(Spec(name, parsed.GetValue(width), parsed.GetValue(embedding))) : null;
            var folder = parsed.GetValue(named) ?? parsed.GetValue(model);
            var package = folder is not null && ModelPackage.IsPackage(folder) ? PackageInfo.Of(folder) : null;
            if (folder is not null && package is null && !IsCheckpoint(folder)) throw NoModel(folder);
            var summary = folder is not null && package is null ? Checkpoint(folder) : null;
            var machine = size is null && folder is null ? MachineInfo.Now(memoryIsKept) : null;
            if (prints)
            {
                ResultJson.Print(terminal, new { Machine = machine, Backbone = size, Model = summary, Package = package });
                return;
            }

            if (size is not null) Tell(terminal, size);
            if (summary is not null) Tell(terminal, summary);
            package?.Tell(terminal);
            foreach (var (key, value) in machine?.Lines ?? []) terminal.Result($"{key,-10} {value}");
        });
        return verb;
    }

    // Of its own, as MachineInfo.Now is: what is said of a package needs nothing of torch.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ModelSummary Checkpoint(string folder) => ModelSummary.Of(new ModelDirectory(folder));

    private static bool IsCheckpoint(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.safetensors").Any();

    private static InputException NoModel(string path)
    {
        var fault = Directory.Exists(path) ? "holds neither a model package nor a checkpoint"
            : !File.Exists(path) ? "there is no such folder"
            : FolderOf(path) is { } folder ? $"is a file of a model; give its folder, {folder}"
            : BareRecogniser.Advice(path) ?? "is a file and no folder of a model";
        var network = BackboneSpec.Names.FirstOrDefault(name => name.Equals(path, StringComparison.OrdinalIgnoreCase)) ?? string.Join('|', BackboneSpec.Names);
        return new InputException($"{path}: {fault}. Expected the folder of a model package ({ModelPackage.ManifestFile}; `btnet export` writes one) or of a checkpoint (*.safetensors; `btnet train`, `import` and `demo` write one), or, for a network by its name, --backbone {network}");
    }

    /// <summary>The folder of the package or checkpoint that a file lies in; null where it lies in none.</summary>
    private static string? FolderOf(string file)
    {
        // Those of a package in 8-bit integers are a folder further down.
        for (var (folder, up) = (Path.GetDirectoryName(Path.GetFullPath(file)), 0); folder is not null && up < 2; folder = Path.GetDirectoryName(folder), up++)
        {
            if (ModelPackage.IsPackage(folder) || (up == 0 && IsCheckpoint(folder))) return folder;
        }

        return null;
    }

    private static BackboneSpec Spec(string name, int? width, int? embeddingSize)
    {
        var spec = new BackboneSpec { Name = name };
        if (width is { } channels) spec = spec with { Width = channels };
        return embeddingSize is { } size ? spec with { EmbeddingSize = size } : spec;
    }

    private static void Tell(Terminal terminal, NetworkSize size)
    {
        var papers = NetworkSize.Papers;
        terminal.Result(
            size.Spec.ToString(),
            ["resolution", "parameters, M", "tail norms, M", "GMACs, whole path"],
            [
                .. size.Branches.Prepend(size.Trunk).Select(IReadOnlyList<string> (path) =>
                    [path.Resolution.IsFull ? $"{path.Resolution} (trunk)" : path.Resolution.ToString(), Millions(path.Parameters), Millions(path.TailNorms), Billions(path.MultiplyAccumulates)]),
                [$"{string.Join(" + ", papers)} together", Millions(size.Together(papers), "0.0"), "", ""],
                [$"{papers.Count} separate networks", Millions(size.Separate(papers), "0.0"), "", ""]
            ],
            ["A branch's parameters are those of its own layers; behind them it runs through the trunk's tail with batch norms of its own, counted apart."]);
    }

    private static void Tell(Terminal terminal, ModelSummary summary)
    {
        terminal.Result(summary.Path);
        foreach (var part in summary.Parts)
        {
            terminal.Result($"  {part.File}: {part.Description}, {part.Bytes / 1e6:0.0} MB");
            if (part.Provenance is not { ValueKind: System.Text.Json.JsonValueKind.Object } provenance) continue;
            foreach (var entry in provenance.EnumerateObject()) terminal.Result($"    {entry.Name}: {entry.Value}");
        }
    }

    private static string Millions(long count, string format = "0.00") => Readable(count / 1e6, format);

    private static string Billions(long count) => Readable(count / 1e9, "0.00");

    /// <summary>Two significant digits at least, so that a thin network is not one of 0.00.</summary>
    private static string Readable(double value, string format) => value.ToString(value is > 0 and < 0.1 ? "0.####" : format, CultureInfo.InvariantCulture);
}
