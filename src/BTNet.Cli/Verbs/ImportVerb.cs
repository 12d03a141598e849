using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Checkpoints;
using BTNet.Training.Checkpoints.Import;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet import</c>.</summary>
internal static class ImportVerb
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("FILE.pt") { Description = "The state dict that PyTorch saved; no code in it is run" };
        var output = new Option<string>("--output", "-o") { Description = "Folder for the trunk; for a branch the one that holds its trunk", HelpName = "DIR", Required = true };
        var backbone = new Option<string?>("--backbone") { Description = "Which network it is; by default told from its keys", HelpName = string.Join('|', BackboneSpec.Names) };
        var resolution = new Option<string?>("--resolution") { Description = "It is the branch of this resolution: 56, 28, 14 or 7", HelpName = "R" };
        backbone.AcceptOnlyFromAmong([.. BackboneSpec.Names]);
        var verb = new Verb(
            "import",
            "Takes a checkpoint of the paper's implementation, strictly: each key without a place, and each place without a key, is named.",
            "btnet import trunk.pt --output model",
            "btnet import branch14.pt --output model --resolution 14") { file, output, backbone, resolution };
        verb.SetAction(parsed =>
        {
            var model = new ModelDirectory(parsed.GetRequiredValue(output));
            var branch = parsed.GetValue(resolution) is { } side ? Resolution.Parse(side) : (Resolution?)null;
            var archive = TorchArchive.Read(parsed.GetRequiredValue(file));
            var imported = branch is { } level ? ReferenceImport.Branch(archive, model, level) : ReferenceImport.Trunk(archive, model, parsed.GetValue(backbone));
            foreach (var notice in imported.Notices) terminal.Say(notice);
            terminal.Result($"{archive.Name}: {(branch is null ? "a trunk" : $"the branch for {branch} of")} {imported.Spec}, {imported.Tensors} tensors, in {model.Path}");
        });
        return verb;
    }
}
