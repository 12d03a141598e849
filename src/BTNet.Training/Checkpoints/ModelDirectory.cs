using System.Text.Json;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Losses;
using static TorchSharp.torch;

namespace BTNet.Training.Checkpoints;

/// <summary>
/// A training checkpoint: a folder with <c>trunk.safetensors</c>, a <c>branch-R.safetensors</c> for each branch (its own
/// tensors only), <c>classifier.safetensors</c> with the names of its identities, and beside each while it is trained a
/// <c>*.progress.safetensors</c> to resume from. Every file says itself what it is and is replaced atomically.
/// </summary>
public sealed class ModelDirectory
{
    internal const string Format = "btnet-checkpoint/1";

    internal static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <param name="path">The folder; it need not exist yet.</param>
    public ModelDirectory(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Whether a trunk is there.</summary>
    public bool HasTrunk => File.Exists(TrunkFile);

    /// <summary>Whether a classifier is there.</summary>
    public bool HasClassifier => File.Exists(ClassifierFile);

    /// <summary>Resolutions with a branch there, the largest first.</summary>
    public IReadOnlyList<Resolution> Branches => [.. Resolution.All.Where(resolution => File.Exists(BranchFile(resolution)))];

    internal string TrunkFile => System.IO.Path.Combine(Path, "trunk.safetensors");

    private string ClassifierFile => System.IO.Path.Combine(Path, "classifier.safetensors");

    /// <summary>Makes the folder where it is missing.</summary>
    /// <exception cref="InputException">It cannot be made.</exception>
    public void Make()
    {
        try
        {
            Directory.CreateDirectory(Path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"the folder {Path} cannot be made: {fault.Message.TrimEnd('.')}. Give another place", fault);
        }
    }

    /// <summary>Where the state of an unfinished training lies.</summary>
    /// <param name="what">What is trained: <c>trunk</c> or <c>branch-14</c>.</param>
    public string ProgressFile(string what) => System.IO.Path.Combine(Path, $"{what}.progress.safetensors");

    /// <summary>Where the teacher's outputs of an unfinished training lie.</summary>
    /// <param name="what">What is trained: <c>branch-14</c>.</param>
    public string TeacherCacheFile(string what) => System.IO.Path.Combine(Path, $"{what}.teacher.cache");

    /// <summary>Where the form lies that an unfinished training computes in, until there is a state that says so.</summary>
    /// <param name="what">What is trained: <c>branch-14</c>.</param>
    internal string FormFile(string what) => System.IO.Path.Combine(Path, $"{what}.form.json");

    /// <summary>Writes the trunk.</summary>
    /// <param name="trunk">The trunk.</param>
    /// <param name="provenance">How it came about: recipe, data, time, machine.</param>
    public void Save(Trunk trunk, string provenance)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        TensorFile.Write(TrunkFile, Named(trunk.Weights), new Dictionary<string, string>
        {
            ["format"] = Format, ["kind"] = "trunk", ["backbone"] = JsonSerializer.Serialize(trunk.Spec, Json), ["provenance"] = provenance
        });
    }

    /// <summary>Reads the trunk.</summary>
    /// <param name="expected">The backbone it must be; null for whatever is there.</param>
    /// <exception cref="InputException">None is there, it is another backbone, or the file is damaged.</exception>
    public Trunk LoadTrunk(BackboneSpec? expected = null)
    {
        var trunk = new Trunk(TrunkSpec(expected));
        try
        {
            TensorFile.ReadInto(TrunkFile, Named(trunk.Weights));
            return trunk;
        }
        catch
        {
            trunk.Dispose();
            throw;
        }
    }

    /// <summary>Reads the trunk's values into another trunk of the same backbone.</summary>
    /// <exception cref="InputException">None is there, it is another backbone, or the file is damaged.</exception>
    public void ReadInto(Trunk trunk)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        TrunkSpec(trunk.Spec);
        TensorFile.ReadInto(TrunkFile, Named(trunk.Weights));
    }

    /// <summary>Reads the values of a branch of the same resolution into another, whichever trunk it was trained on.</summary>
    /// <exception cref="InputException">None is there, it belongs to another backbone, or the file is damaged.</exception>
    public void ReadInto(Branch branch)
    {
        ArgumentNullException.ThrowIfNull(branch);
        var file = BranchFile(branch.Resolution);
        if (!File.Exists(file)) throw new InputException($"{Path} holds no branch for {branch.Resolution} pixels to start from; it has {string.Join(", ", Branches)}");
        Metadata(file, "branch");
        TensorFile.ReadInto(file, Named(branch.Weights));
    }

    /// <summary>Writes a branch: its own tensors only, with the fingerprint of the trunk it belongs to.</summary>
    public void Save(Branch branch, string provenance)
    {
        ArgumentNullException.ThrowIfNull(branch);
        TensorFile.Write(BranchFile(branch.Resolution), Named(branch.Weights), new Dictionary<string, string>
        {
            ["format"] = Format, ["kind"] = "branch", ["resolution"] = branch.Resolution.ToString(),
            ["norms"] = branch.Policy.ToString(), ["trunk"] = TrunkFingerprint(), ["provenance"] = provenance
        });
    }

    /// <summary>Reads the branch of a resolution.</summary>
    /// <param name="trunk">The trunk of this folder.</param>
    /// <param name="resolution">Which.</param>
    /// <exception cref="InputException">None is there, it was trained on another trunk, or the file is damaged.</exception>
    public Branch LoadBranch(Trunk trunk, Resolution resolution)
    {
        var file = BranchFile(resolution);
        if (!File.Exists(file)) throw new InputException($"{Path} holds no branch for {resolution} pixels; it has {(Branches.Count == 0 ? "none" : string.Join(", ", Branches))}. `train branch --resolution {resolution}` makes one");
        var metadata = Metadata(file, "branch");
        if (metadata.GetValueOrDefault("trunk") != TrunkFingerprint())
            throw new InputException($"{file} was trained on another trunk than {TrunkFile}; a branch runs through its own trunk's tail only. Train it again on this one");
        if (metadata.GetValueOrDefault("resolution") != resolution.ToString())
            throw new InputException($"{file} holds the branch for {metadata.GetValueOrDefault("resolution")} pixels, not {resolution}; it was renamed. Give it its own name back");
        if (!Enum.TryParse<NormPolicy>(metadata.GetValueOrDefault("norms"), out var policy) || !Enum.GetNames<NormPolicy>().Contains(metadata["norms"]))
            throw new InputException($"{file} names the batch-norm policy '{metadata.GetValueOrDefault("norms")}', which is not known; expected one of {string.Join(", ", Enum.GetNames<NormPolicy>())}");
        var branch = new Branch(trunk, resolution, policy);
        try
        {
            TensorFile.ReadInto(file, Named(branch.Weights));
            return branch;
        }
        catch
        {
            branch.Dispose();
            throw;
        }
    }

    /// <summary>Writes the classifier and whom its rows stand for.</summary>
    public void Save(CosineClassifier classifier, IReadOnlyList<string> identities)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        TensorFile.Write(ClassifierFile, [("weight", classifier.Weight)], new Dictionary<string, string>
        {
            ["format"] = Format, ["kind"] = "classifier", ["identities"] = JsonSerializer.Serialize(identities), ["trunk"] = HasTrunk ? TrunkFingerprint() : ""
        });
    }

    /// <summary>Reads the classifier, frozen, and the names of its identities.</summary>
    /// <exception cref="InputException">None is there, or the file is damaged.</exception>
    public (CosineClassifier Classifier, IReadOnlyList<string> Identities) LoadClassifier()
    {
        if (!HasClassifier) throw new InputException($"{Path} holds no classifier.safetensors, which backward-compatible training needs; train the trunk here, or choose \"classification\": \"distillationOnly\"");
        var metadata = Metadata(ClassifierFile, "classifier");
        // Only where both sides are there to compare: distillation needs no classifier, and a classifier may travel alone.
        if (HasTrunk && metadata.GetValueOrDefault("trunk") is { Length: > 0 } trunk && trunk != TrunkFingerprint())
            throw new InputException($"{ClassifierFile} belongs to another trunk than {TrunkFile}; train the trunk here again, or choose \"classification\": \"distillationOnly\"");
        var identities = Parse<List<string?>>(metadata, "identities", ClassifierFile).OfType<string>().ToList();
        var (tensors, _) = TensorFile.Read(ClassifierFile);
        try
        {
            if (!tensors.TryGetValue("weight", out var weight) || weight.dtype != ScalarType.Float32 || weight.dim() != 2 || weight.shape[0] != identities.Count || weight.NumberOfElements == 0)
                throw new InputException($"{ClassifierFile} does not hold one row of 32-bit floats for each of its {identities.Count} identities; the file is damaged");
            var classifier = CosineClassifier.FromWeight(weight);
            classifier.Freeze();
            return (classifier, identities);
        }
        finally
        {
            foreach (var tensor in tensors.Values) tensor.Dispose();
        }
    }

    /// <summary>What tells this folder's trunk from every other: SHA-256 of its file.</summary>
    /// <exception cref="InputException">There is no trunk.</exception>
    public string TrunkFingerprint()
    {
        RequireTrunk();
        return FileHash.Of(TrunkFile);
    }

    /// <summary>Where the branch of a resolution lies.</summary>
    public string BranchFile(Resolution resolution) => System.IO.Path.Combine(Path, $"branch-{resolution}.safetensors");

    /// <summary>Weights under their keys.</summary>
    internal static IEnumerable<(string Name, Tensor Tensor)> Named(IEnumerable<Weight> weights) => weights.Select(weight => (weight.Key, weight.Tensor));

    private BackboneSpec TrunkSpec(BackboneSpec? expected)
    {
        RequireTrunk();
        var spec = Parse<BackboneSpec>(Metadata(TrunkFile, "trunk"), "backbone", TrunkFile);
        if (expected is not null && expected != spec)
            throw new InputException($"{TrunkFile} is {spec}, expected {expected}; name a checkpoint of that backbone, or a recipe for this one");
        return spec;
    }

    /// <summary>Looks whether there is a trunk, without reading it.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public void RequireTrunk()
    {
        if (!HasTrunk) throw new InputException($"{Path} holds no trunk.safetensors; expected a folder that `train trunk`, `import` or `demo` wrote");
    }

    /// <summary>What a file says of itself, where it is of a kind.</summary>
    /// <exception cref="InputException">It is of another.</exception>
    internal static IReadOnlyDictionary<string, string> Metadata(string file, string kind)
    {
        var metadata = TensorFile.ReadMetadata(file);
        if (metadata.GetValueOrDefault("format") != Format || metadata.GetValueOrDefault("kind") != kind)
            throw new InputException($"{file} is '{metadata.GetValueOrDefault("format")}', '{metadata.GetValueOrDefault("kind")}'; expected '{Format}', '{kind}'");
        return metadata;
    }

    internal static T Parse<T>(IReadOnlyDictionary<string, string> metadata, string key, string file)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(metadata[key], Json) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            throw new InputException($"{file} does not say its '{key}': {e.Message}", e);
        }
    }
}
