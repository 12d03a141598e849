namespace BTNet.Evaluation.Protocols;

/// <summary>A list of images and of whom they show.</summary>
/// <param name="Kind">What it is, as its folder is called: <c>Gallery_Match</c>.</param>
/// <param name="Path">The file, or the folder whose pictures are the list.</param>
/// <param name="Images">Its images.</param>
internal sealed record SubjectList(string Kind, string Path, List<SubjectImage> Images)
{
    /// <summary>Where the images are, for <see cref="ListFile.Present"/>.</summary>
    public (string Name, IEnumerable<string> Paths) Paths => (Path, Images.Select(image => image.Path));
}
