using System.Text.Json;
using BTNet.Resolutions;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;

namespace BTNet.Training.Checkpoints;

/// <summary>The file of a branch for somebody else's recogniser: its own tensors, and all that is needed to build it again.</summary>
internal static class JoinBranchFile
{
    private const string Kind = "joinBranch";

    /// <summary>Writes a branch into a folder.</summary>
    /// <param name="model">The folder.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="recogniser">What tells its recogniser from every other.</param>
    /// <param name="provenance">How it came about.</param>
    public static void Save(ModelDirectory model, JoinBranch branch, string recogniser, string provenance) =>
        TensorFile.Write(model.BranchFile(branch.Resolution), ModelDirectory.Named(branch.Weights), new Dictionary<string, string>
        {
            ["format"] = ModelDirectory.Format, ["kind"] = Kind, ["resolution"] = branch.Resolution.ToString(), ["join"] = branch.Join.Tensor, ["recogniser"] = recogniser,
            ["shape"] = JsonSerializer.Serialize(branch.Shape, ModelDirectory.Json), ["tail"] = JsonSerializer.Serialize(branch.Choice, ModelDirectory.Json), ["provenance"] = provenance
        });

    /// <summary>Reads the branch of a resolution.</summary>
    /// <exception cref="InputException">None is there, it is of another recogniser, or the file is damaged.</exception>
    public static JoinBranch Load(ModelDirectory model, OnnxTrunk trunk, RecogniserInput input, string recogniser, Resolution resolution)
    {
        var file = model.BranchFile(resolution);
        if (!File.Exists(file)) throw new InputException($"{model.Path} holds no branch for {resolution} pixels; it has {(model.Branches.Count == 0 ? "none" : string.Join(", ", model.Branches))}. `extend` makes one");
        var metadata = ModelDirectory.Metadata(file, Kind);
        if (metadata.GetValueOrDefault("recogniser") != recogniser)
            throw new InputException($"{file} was trained for another recogniser than {trunk.Path}, or for other preprocessing of it; a branch runs through its own recogniser's tail only. Train it again for this one");
        if (metadata.GetValueOrDefault("resolution") != resolution.ToString())
            throw new InputException($"{file} holds the branch for {metadata.GetValueOrDefault("resolution")} pixels, not {resolution}; it was renamed. Give it its own name back");
        var (shape, tail) = (ModelDirectory.Parse<BranchShape>(metadata, "shape", file), ModelDirectory.Parse<TailChoice>(metadata, "tail", file));
        if (shape.Faults().Concat(tail.Faults()).ToList() is { Count: > 0 } faults) throw new InputException(file, faults);
        var join = trunk.Joins.FirstOrDefault(one => one.Tensor == metadata.GetValueOrDefault("join") && one.Shape.Height == resolution.Side)
            ?? throw new InputException($"{file} joins the map '{metadata.GetValueOrDefault("join")}', and {trunk.Path} has none of that name and size; the file is damaged");
        var branch = new JoinBranch(trunk, input, resolution, join, shape, tail);
        try
        {
            TensorFile.ReadInto(file, ModelDirectory.Named(branch.Weights));
            return branch;
        }
        catch
        {
            branch.Dispose();
            throw;
        }
    }

    /// <summary>Reads what a folder has of a branch into another that is built alike: that of its resolution, or where there is one only, that one.</summary>
    /// <exception cref="InputException">None is there, it is built otherwise, or the file is damaged.</exception>
    public static void ReadInto(ModelDirectory model, JoinBranch branch)
    {
        var file = model.BranchFile(model.Branches is [var only] ? only : branch.Resolution);
        if (!File.Exists(file)) throw new InputException($"{model.Path} holds no branch for {branch.Resolution} pixels to start from; it has {(model.Branches.Count == 0 ? "none" : string.Join(", ", model.Branches))}");
        ModelDirectory.Metadata(file, Kind);
        TensorFile.ReadInto(file, ModelDirectory.Named(branch.Weights));
    }
}
