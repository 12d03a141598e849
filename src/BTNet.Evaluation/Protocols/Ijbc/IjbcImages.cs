namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>The images of a set, each of one medium of one template, in columns of equal length; what measures them refuses others.</summary>
/// <param name="Names">File names.</param>
/// <param name="Templates">The template of each, as an index into <see cref="IjbcSet.TemplateIds"/>.</param>
/// <param name="Media">The medium of each: frames of one video have one number, and a still one of its own.</param>
/// <param name="Points">Ten numbers an image: x and y of left eye, right eye, nose, left and right corner of the mouth, in the image's pixels.</param>
/// <param name="Scores">The detector's score of each.</param>
public sealed record IjbcImages(IReadOnlyList<string> Names, int[] Templates, int[] Media, float[] Points, float[] Scores)
{
    /// <summary>Numbers for the place of a face.</summary>
    public const int PointNumbers = 10;

    /// <summary>How many there are.</summary>
    public int Count => Names.Count;

    /// <summary>Whether there is a value of each kind for every image.</summary>
    internal bool HasEqualColumns => Templates.Length == Count && Media.Length == Count && Points.Length == Count * PointNumbers && Scores.Length == Count;

    /// <summary>Those that are to be kept; itself where all are.</summary>
    internal IjbcImages Among(bool[] kept)
    {
        if (!kept.Contains(false)) return this;
        int[] left = [.. Enumerable.Range(0, Count).Where(i => kept[i])];
        return new IjbcImages(
            [.. left.Select(i => Names[i])], [.. left.Select(i => Templates[i])], [.. left.Select(i => Media[i])], [.. left.SelectMany(i => Points.AsSpan(i * PointNumbers, PointNumbers).ToArray())], [.. left.Select(i => Scores[i])]);
    }

    /// <summary>The images in the order of their templates and media, so that one medium is to be held at a time.</summary>
    internal int[] ByMedium()
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        var keys = new (int Template, int Medium, int Image)[Count];
        for (var i = 0; i < keys.Length; i++) keys[i] = (Templates[i], Media[i], i);
        Array.Sort(keys, order);
        return order;
    }
}
