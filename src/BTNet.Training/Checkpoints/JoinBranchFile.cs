using System.Text.Json;
using BTNet.Resolutions;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;

namespace BTNet.Training.Checkpoints;

/// <summary>The file of a branch for somebody else's recogniser: its own tensors, and all that is needed to build it again.</summary>
internal static class JoinBranchFile
{
    private const string Kind = "joinBranch";

    /// <summary>So many tensors are named.</summary>
    private const int Named = 5;

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

    /// <summary>Whether a folder has a branch of a resolution that goes into a package with others of a recogniser; one that cannot be read is said so of.</summary>
    /// <param name="model">The folder.</param>
    /// <param name="recogniser">What tells the recogniser from every other.</param>
    /// <param name="resolution">Which.</param>
    /// <param name="say">Told why one is left out that is there.</param>
    public static bool CanBePackaged(ModelDirectory model, string recogniser, Resolution resolution, Action<string>? say)
    {
        var file = model.BranchFile(resolution);
        if (!File.Exists(file)) return false;
        try
        {
            var metadata = ModelDirectory.Metadata(file, Kind);
            if (metadata.GetValueOrDefault("recogniser") != recogniser) say?.Invoke($"{file} is left out of the package: it was trained for another recogniser, or for other preprocessing of it");
            else return ModelDirectory.Parse<BranchShape>(metadata, "shape", file).Blocks != BranchBlocks.Enlarged;
        }
        catch (InputException fault)
        {
            say?.Invoke($"{file} is left out of the package: {fault.Message}");
        }

        return false;
    }

    /// <summary>The file of a folder that a branch starts from: that of its resolution, or where there is one only, that one. It need not be there.</summary>
    public static string StartFile(ModelDirectory model, Resolution resolution) => model.BranchFile(model.Branches is [var only] ? only : resolution);

    /// <summary>Reads what a folder has of a branch into another: of layers that are drawn afresh the tensors whose keys and shapes are the same, of the recogniser's each that can compute what it does there
    /// (<see cref="OwnLayer.Take"/>). What is not read stays as it is. Of a branch for another recogniser what belongs to that one's layers is not read.</summary>
    /// <param name="model">The folder.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="recogniser">What tells the branch's recogniser from every other.</param>
    /// <param name="say">Told what stays as it is; null for nobody.</param>
    /// <exception cref="InputException">None is there, nothing of it fits, or the file is damaged.</exception>
    public static void ReadInto(ModelDirectory model, JoinBranch branch, string recogniser, Action<string>? say = null)
    {
        var file = StartFile(model, branch.Resolution);
        if (!File.Exists(file)) throw new InputException($"{model.Path} holds no branch for {branch.Resolution} pixels to start from; it has {(model.Branches.Count == 0 ? "none" : string.Join(", ", model.Branches))}");
        var isSame = ModelDirectory.Metadata(file, Kind).GetValueOrDefault("recogniser") == recogniser;
        var tensors = TensorFile.Read(file).Tensors;
        ILookup<bool, OwnLayer> layers;
        List<string> all, read;
        try
        {
            layers = branch.RecogniserNodes.Where(pair => pair.Own is not null).ToLookup(pair => isSame && pair.Own!.Take(tensors, pair.Node.Inputs[1].Constant!.Value), pair => pair.Own!);
            var others = branch.Weights.ExceptBy(Own(layers.SelectMany(some => some)), weight => weight.Key);
            (all, read) = ([.. branch.Weights.Select(weight => weight.Key)], [.. Own(layers[true]), .. TensorFile.CopyWhatFits(tensors, ModelDirectory.Named(others))]);
        }
        finally
        {
            foreach (var tensor in tensors.Values) tensor.Dispose();
        }

        if (read.Count == 0) throw new InputException($"{file} has nothing that this branch for {branch.Resolution} could start from: no tensor of the same key and shape; expected a branch of the same blocks and width");
        List<string> begun = [.. Own(layers[false])];
        say?.Invoke($"starting from {file}: {read.Count} of {all.Count} tensors{Few("fresh", [.. all.Except(read).Except(begun)])}{Few("the recogniser's", begun)}");

        static IEnumerable<string> Own(IEnumerable<OwnLayer> some) => some.SelectMany(layer => layer.Weights).Select(weight => weight.Key);

        static string Few(string what, IReadOnlyList<string> keys) => keys.Count == 0 ? "" : $"; {what} are {string.Join(", ", keys.Take(Named))}{(keys.Count > Named ? $" and {keys.Count - Named} more" : "")}";
    }
}
