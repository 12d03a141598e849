namespace BTNet.Training.Data;

/// <summary>How the pictures of a source are spread over its identities.</summary>
public static class FaceSourceStatistics
{
    /// <summary>How many pictures each identity has, by label.</summary>
    /// <param name="source">The set.</param>
    public static int[] ImagesPerIdentity(this IFaceSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var images = new int[source.Identities];
        for (var i = 0; i < source.Count; i++) images[source.LabelOf(i)]++;
        return images;
    }

    /// <summary>
    /// How many identities have one picture only. A classifier learns to tell them from the others but nothing about
    /// how one face varies; many of them are a reason to set a minimum of images an identity.
    /// </summary>
    /// <param name="source">The set.</param>
    public static int SingleImageIdentities(this IFaceSource source) => source.ImagesPerIdentity().Count(images => images == 1);
}
