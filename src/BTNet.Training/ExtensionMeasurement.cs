using System.Numerics.Tensors;
using BTNet.Embeddings;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Resolutions;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;

namespace BTNet.Training;

/// <summary>Measures what the branches of an extension are worth: in their package, or by torch where they are not packaged.</summary>
internal static class ExtensionMeasurement
{
    /// <summary>Measures on faces that were not trained on, though others of the same people may have been, and on pairs where there are any.</summary>
    /// <param name="recogniser">The recogniser.</param>
    /// <param name="request">Which branches, and where they lie.</param>
    /// <param name="isPackaged">Whether the package has them.</param>
    /// <param name="faces">Faces of 112 pixels.</param>
    /// <param name="broken">Told of pictures in pairs that cannot be read.</param>
    /// <param name="progress">Told what is done; null for nobody.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static (IReadOnlyList<BranchWorth> Worth, PairReport? UpSampled, PairReport? Branches) Of(
        Recogniser recogniser, ExtensionRequest request, bool isPackaged, IReadOnlyList<FaceImage> faces, SkippedItems broken, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        if (isPackaged)
        {
            using var embedder = FaceEmbedder.Load(request.Package);
            var paths = embedder.Package.Manifest.Graphs.Paths.ToDictionary(path => path.Level(), path => path.MultiplyAccumulates ?? 0);
            return Of(embedder, side => paths[side]);
        }

        List<JoinBranch> branches = [];
        try
        {
            foreach (var side in request.Resolutions) branches.Add(JoinBranchFile.Load(request.Model, recogniser.Trunk, recogniser.Input, recogniser.Fingerprint, side));
            return Of(new RecogniserEmbedder(recogniser, branches), side => side.IsFull ? recogniser.Trunk.MultiplyAccumulates : branches.Single(branch => branch.Resolution == side).MultiplyAccumulates());
        }
        finally
        {
            foreach (var branch in branches) branch.Dispose();
        }

        (IReadOnlyList<BranchWorth>, PairReport?, PairReport?) Of(IEmbedder embedder, Func<Resolution, long> cost)
        {
            var worth = Worth(embedder, cost, faces, request.Resolutions, progress, cancellation);
            if (request.Pairs is null) return (worth, null, null);
            var pairs = request.Resolutions.SelectMany(side => new[] { new ResolutionPair(Resolution.Full, side), new ResolutionPair(side, side) }).Prepend(new ResolutionPair(Resolution.Full, Resolution.Full));
            var (upSampled, branched) = PairProtocol.RunBothWays(embedder, request.Pairs, new PairOptions { Resolutions = [.. pairs] }, progress, broken, cancellation);
            return (worth, upSampled, branched);
        }
    }

    private static List<BranchWorth> Worth(IEmbedder embedder, Func<Resolution, long> cost, IReadOnlyList<FaceImage> faces, IReadOnlyList<Resolution> resolutions, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        if (faces.Count == 0) return []; // every one of them is broken, and was told
        FaceImage[] At(IEnumerable<FaceImage> some, Resolution side) => [.. some.Select(face => FaceResizer.Resize(face, side.Side, side.Side))];
        var whole = embedder.Embed(At(faces, Resolution.Full), Resolution.Full, cancellation);
        double Likeness(EmbeddingMatrix others) => Enumerable.Range(0, faces.Count).Average(row => TensorPrimitives.CosineSimilarity(whole[row], others[row]));
        List<BranchWorth> worth = [];
        foreach (var side in resolutions)
        {
            progress?.Report(new WorkProgress("measuring", worth.Count, resolutions.Count, "resolutions"));
            var small = At(faces, side);
            worth.Add(new BranchWorth(
                side, faces.Count, Likeness(embedder.Embed(At(small, Resolution.Full), Resolution.Full, cancellation)), Likeness(embedder.Embed(small, side, cancellation)), cost(side), cost(Resolution.Full)));
        }

        progress?.Report(new WorkProgress("measuring", worth.Count, resolutions.Count, "resolutions"));
        return worth;
    }
}
