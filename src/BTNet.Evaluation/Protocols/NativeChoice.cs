using BTNet.Embeddings;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols;

/// <summary>How faces that come in sizes of their own are seen: each by the branch that its size chooses, or all enlarged for the trunk.</summary>
/// <param name="Way">What is done with small faces.</param>
/// <param name="Rule">How branches are chosen; null where all faces are enlarged.</param>
/// <param name="View">How a face is seen, by its width and height.</param>
internal sealed record NativeChoice(SmallFaceWay Way, BranchRule? Rule, Func<int, int, FaceView> View)
{
    /// <summary>Each way with each rule that it heeds, in the order of the ways.</summary>
    public static List<NativeChoice> All(IReadOnlyList<SmallFaceWay> ways, NativeSizeOptions options, IEmbedder embedder)
    {
        var ladder = new ResolutionLadder(embedder.Resolutions);
        return [.. ways.SelectMany(way => way == SmallFaceWay.UpSample
            ? [new NativeChoice(way, null, (_, _) => FaceView.Enlarged(options.Seeing))]
            : options.Rules.Distinct().Select(rule => new NativeChoice(way, rule, (width, height) => FaceView.Of(ladder.Choose(width, height, rule.Indicator, rule.Rule), way))))];
    }

    /// <summary>The raw embedding of an image as this choice sees it.</summary>
    public ReadOnlySpan<float> Embedding(FaceEmbeddings embeddings, int image) => embeddings.Of(View(embeddings.Sizes[image].Width, embeddings.Sizes[image].Height), image);

    /// <summary>How many of some images go to each branch.</summary>
    public Dictionary<Resolution, int> Counts(FaceEmbeddings embeddings, IEnumerable<int> images) =>
        images.CountBy(image => View(embeddings.Sizes[image].Width, embeddings.Sizes[image].Height).Entrance).ToDictionary();

    /// <summary>Where faces may go, the largest first.</summary>
    public IEnumerable<Resolution> Branches(IEmbedder embedder) => Way == SmallFaceWay.UpSample ? [Resolution.Full] : embedder.Resolutions.OrderDescending();
}
