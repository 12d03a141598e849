using BTNet.Training.Data;
using BTNet.Training.Data.Rendered;
using BTNet.Training.Recipes;

namespace BTNet.Training;

/// <summary>What is learnt from by what a recogniser makes of it: pictures, blends of them, and faces that are drawn, in that order.</summary>
internal static class TaughtFaces
{
    /// <summary>The faces.</summary>
    /// <param name="pictures">The pictures that are trained on.</param>
    /// <param name="data">What set they are of.</param>
    /// <param name="blends">Blends for each picture.</param>
    /// <param name="drawn">Faces that are drawn, so many in all, each of a person of its own.</param>
    /// <param name="augmentation">Where views are drawn from.</param>
    /// <param name="run">Where they are drawn from unless that says otherwise.</param>
    public static IFaceSource Of(IFaceSource pictures, DataOptions data, double blends, int drawn, AugmentationOptions augmentation, RunOptions run)
    {
        var seed = augmentation.ViewSeed ?? run.Seed;
        var faces = BlendedSource.Of(pictures, blends, seed);
        // Where the pictures are of synthetic people themselves, of those behind them: some are kept to measure with.
        var first = data.Kind == DataKind.Rendered ? data.RenderedIdentities : 0;
        return drawn == 0 ? faces : new JoinedSource(faces, new RenderedSource(seed, drawn, imagesPerIdentity: 1, first));
    }
}
