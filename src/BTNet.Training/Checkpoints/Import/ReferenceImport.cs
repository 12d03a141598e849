using System.Text.Json;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using static TorchSharp.torch;

namespace BTNet.Training.Checkpoints.Import;

/// <summary>What an import brought.</summary>
/// <param name="Spec">The backbone it turned out to be.</param>
/// <param name="Tensors">Tensors taken.</param>
/// <param name="Notices">What was set aside on purpose, a sentence each.</param>
public sealed record ImportResult(BackboneSpec Spec, int Tensors, IReadOnlyList<string> Notices);

/// <summary>
/// Takes checkpoints of the reference implementation (PyTorch state dicts) into ours, strictly: every key must find its
/// place and every place its key, and what does not is named.
/// </summary>
public static class ReferenceImport
{
    // Counts of batches that PyTorch keeps beside each batch norm; nothing uses them at a fixed momentum.
    private const string BatchCounter = ".num_batches_tracked";

    /// <summary>Takes a trunk into a checkpoint folder.</summary>
    /// <param name="archive">The state dict.</param>
    /// <param name="model">Where the trunk goes; it must hold none yet.</param>
    /// <param name="backbone">The backbone's name; null to tell it from the keys.</param>
    /// <exception cref="InputException">Keys or shapes do not match; all of them are named.</exception>
    public static ImportResult Trunk(TorchArchive archive, ModelDirectory model, string? backbone = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(model);
        if (model.HasTrunk) throw new InputException($"{model.Path} holds a trunk already; give an empty folder");
        var tensors = Taken(archive, out var notices);
        var spec = Recognise(archive.Name, tensors, backbone);
        using var trunk = new Trunk(spec);
        Copy(archive.Name, $"a {spec}", tensors, trunk.Weights);
        Directory.CreateDirectory(model.Path);
        model.Save(trunk, Provenance(archive));
        return new ImportResult(spec, tensors.Count, notices);
    }

    /// <summary>Takes a branch onto the trunk of a checkpoint folder. The reference's branch checkpoints hold the whole
    /// network; what is the trunk's in them must be this trunk's, value for value, and is not stored again.</summary>
    /// <param name="archive">The state dict.</param>
    /// <param name="model">Where the trunk is and the branch goes.</param>
    /// <param name="resolution">Which branch.</param>
    /// <exception cref="InputException">Keys or shapes do not match, or the tail is another trunk's.</exception>
    public static ImportResult Branch(TorchArchive archive, ModelDirectory model, Resolution resolution)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(model);
        if (File.Exists(model.BranchFile(resolution))) throw new InputException($"{model.Path} holds a branch for {resolution} pixels already; delete {model.BranchFile(resolution)} first, or give another folder");
        var tensors = Taken(archive, out var notices);
        using var trunk = model.LoadTrunk();
        using var branch = new Branch(trunk, resolution);
        var tail = trunk.TailWeights(branch.Level).ToList();
        using (var scope = NewDisposeScope())
        {
            var other = tail.Where(weight => !(tensors.TryGetValue(weight.Key, out var value)
                && value.Shape.SequenceEqual(weight.Tensor.shape) && ToTensor(value).equal(weight.Tensor).all().item<bool>())).ToList();
            if (other.Count > 0)
                throw new InputException($"{archive.Name} belongs to another trunk than the one in {model.Path}: {other.Count} of the {tail.Count} tensors behind the join differ or are missing, first '{other[0].Key}'. Import that trunk first, into a folder of its own");
        }

        Copy(archive.Name, $"a branch for {resolution} on {trunk.Spec}", tensors, branch.Weights, tail.Select(weight => weight.Key));
        model.Save(branch, Provenance(archive));
        return new ImportResult(trunk.Spec, tensors.Count, notices);
    }

    private static Dictionary<string, NamedTensor> Taken(TorchArchive archive, out IReadOnlyList<string> notices)
    {
        var counters = archive.Tensors.Count(tensor => tensor.Name.EndsWith(BatchCounter, StringComparison.Ordinal));
        List<string> said = [];
        if (archive.DataParallelPrefixStripped) said.Add("the data-parallel prefix 'module.' was taken off the keys");
        if (counters > 0) said.Add($"{counters} counters of batches (num_batches_tracked) were set aside: nothing uses them");
        notices = said;
        return archive.Tensors.Where(tensor => !tensor.Name.EndsWith(BatchCounter, StringComparison.Ordinal)).ToDictionary(tensor => tensor.Name);
    }

    private static BackboneSpec Recognise(string file, Dictionary<string, NamedTensor> tensors, string? backbone)
    {
        if (backbone is not null && !BackboneSpec.Names.Contains(backbone))
            throw new InputException($"'{backbone}' is no backbone; expected one of {string.Join(", ", BackboneSpec.Names)}");
        // The narrowest network of each name has the keys of every width.
        var nearest = (backbone is null ? BackboneSpec.Names : [backbone])
            .Select(name => (Name: name, Keys: Keys(new BackboneSpec { Name = name, Width = 2, EmbeddingSize = 2 })))
            .Select(known => (known.Name, known.Keys, Missing: known.Keys.Count(key => !tensors.ContainsKey(key.Key)) + tensors.Keys.Count(key => !known.Keys.ContainsKey(key))))
            .MinBy(known => known.Missing);
        // Twice as wide a network has twice the channels everywhere, so any kernel tells the width.
        var first = nearest.Keys.First(key => key.Value.Kind == WeightKind.Convolution);
        var last = nearest.Keys.Last(key => key.Value.Kind == WeightKind.NormShift);
        if (!tensors.TryGetValue(first.Key, out var kernel) || kernel.Shape.Count != 4 || !tensors.TryGetValue(last.Key, out var embedding) || embedding.Shape.Count != 1)
            throw new InputException($"{file} holds no network that is known here: '{first.Key}' or '{last.Key}' is missing or has another shape; its first keys are {string.Join(", ", tensors.Keys.Take(5))}. Expected one of {string.Join(", ", BackboneSpec.Names)}");
        var spec = new BackboneSpec { Name = nearest.Name, Width = (int)(kernel.Shape[0] * 2 / first.Value.Outputs), EmbeddingSize = (int)embedding.Shape[0] };
        var faults = spec.Faults().ToList();
        return faults.Count == 0 ? spec : throw new InputException(file, faults);
    }

    private static Dictionary<string, (WeightKind Kind, long Outputs)> Keys(BackboneSpec spec)
    {
        using var scope = NewDisposeScope();
        using var trunk = new Trunk(spec);
        return trunk.Weights.ToDictionary(weight => weight.Key, weight => (weight.Kind, weight.Tensor.shape[0]));
    }

    private static void Copy(string file, string what, Dictionary<string, NamedTensor> tensors, IEnumerable<Weight> weights, IEnumerable<string>? alsoKnown = null)
    {
        List<string> faults = [];
        var wanted = weights.ToList();
        foreach (var weight in wanted)
        {
            if (!tensors.TryGetValue(weight.Key, out var tensor)) faults.Add($"'{weight.Key}' is missing");
            else if (!tensor.Shape.SequenceEqual(weight.Tensor.shape)) faults.Add($"'{weight.Key}' is [{string.Join(", ", tensor.Shape)}], expected [{string.Join(", ", weight.Tensor.shape)}]");
        }

        var known = wanted.Select(weight => weight.Key).Concat(alsoKnown ?? []).ToHashSet();
        faults.AddRange(tensors.Keys.Where(key => !known.Contains(key)).Select(key => $"'{key}' has no place in {what}"));
        if (faults.Count > 0) throw new InputException($"{file} is not {what}", faults);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var weight in wanted) weight.Tensor.copy_(ToTensor(tensors[weight.Key]));
    }

    private static string Provenance(TorchArchive archive) => JsonSerializer.Serialize(new { importedFrom = archive.Name });

    private static Tensor ToTensor(NamedTensor value) => tensor(value.ToSingles(), [.. value.Shape]);
}
