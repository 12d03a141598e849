using System.Globalization;
using System.Numerics.Tensors;
using BTNet.Gallery.Search;

namespace BTNet.Gallery;

/// <summary>
/// What several faces of a person come to in a search: each is searched among by itself and the most alike counts, or they are fused into their mean, or into the centres of some clusters (spherical k-means, Dhillon and
/// Modha 2001). Faces themselves are kept as they are, so that this may be changed at any time. What each way comes to is measured by <c>btnet eval openset --enrolled-faces</c> (docs/gallery.md).
/// </summary>
public sealed record TemplateFusion
{
    /// <summary>The most centres of a person.</summary>
    public const int MostCentres = 16;

    private const string ByQuality = "quality-", MeanName = "mean", MaxName = "max", ClustersName = "clusters-";
    private const int MostRounds = 50;
    private const double LeastWeight = 1e-3;

    private TemplateFusion(int? centres, bool isByQuality) => (Centres, IsByQuality) = (centres, isByQuality);

    /// <summary>What did best on real faces (docs/gallery.md): <see cref="Mean"/>.</summary>
    public static TemplateFusion Default => Mean;

    /// <summary>Every face by itself; the most alike counts.</summary>
    public static TemplateFusion Max { get; } = new(null, false);

    /// <summary>The mean of a person's faces, each of length 1.</summary>
    public static TemplateFusion Mean { get; } = new(1, false);

    /// <summary>Their mean, each counting as useful as it is.</summary>
    public static TemplateFusion QualityMean { get; } = new(1, true);

    /// <summary>How many rows a person has at most; null for one a face.</summary>
    public int? Centres { get; }

    /// <summary>Whether faces count as useful as they are, in means. By <see cref="EnrolledFace.Quality"/>, where all faces of the person have one, else by their resolution.</summary>
    public bool IsByQuality { get; }

    /// <summary>The centres of at most so many clusters of a person's faces.</summary>
    /// <param name="centres">1 to <see cref="MostCentres"/>.</param>
    /// <param name="byQuality">Whether faces count as useful as they are.</param>
    public static TemplateFusion Clusters(int centres, bool byQuality = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(centres, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(centres, MostCentres);
        return new TemplateFusion(centres, byQuality);
    }

    /// <summary>Reads <c>max</c>, <c>mean</c>, <c>quality-mean</c>, <c>clusters-2</c> or <c>quality-clusters-2</c>.</summary>
    /// <exception cref="InputException">It is none of them.</exception>
    public static TemplateFusion Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var byQuality = text.StartsWith(ByQuality, StringComparison.Ordinal);
        var name = byQuality ? text[ByQuality.Length..] : text;
        if (name == MaxName && !byQuality) return Max;
        if (name == MeanName) return new TemplateFusion(1, byQuality);
        if (name.StartsWith(ClustersName, StringComparison.Ordinal) && int.TryParse(name[ClustersName.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var centres) && centres is >= 1 and <= MostCentres)
            return new TemplateFusion(centres, byQuality);
        throw new InputException($"'{text}' is no way to fuse faces; expected max, mean, quality-mean, or clusters-2 or quality-clusters-2 with up to {MostCentres} centres");
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => Centres is not { } centres ? MaxName
        : string.Create(CultureInfo.InvariantCulture, $"{(IsByQuality ? ByQuality : "")}{(centres == 1 ? MeanName : $"{ClustersName}{centres}")}");

    /// <summary>What is searched among of a person's faces. The same faces in the same order give the same rows.</summary>
    /// <param name="faces">The faces, at least one, of the same size, none of them all zeros.</param>
    public IReadOnlyList<FusedTemplate> Fuse(IReadOnlyList<EnrolledFace> faces)
    {
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentOutOfRangeException.ThrowIfZero(faces.Count, nameof(faces));
        float[][] units = [.. faces.Select(face => Unit(face.Embedding.Span))];
        if (Centres is not { } centres || faces.Count == 1) return [.. units.Select((unit, i) => new FusedTemplate(unit, i, [i]))];
        var worth = Worth(faces);
        double[] weights = IsByQuality ? worth : [.. worth.Select(_ => 1.0)];
        var owners = Cluster(units, weights, worth, centres);
        return [.. owners.Distinct().Order().Select(cluster =>
        {
            int[] members = [.. Enumerable.Range(0, faces.Count).Where(i => owners[i] == cluster)];
            var first = members.MinBy(i => (faces[i].Resolution, -worth[i]));
            return new FusedTemplate(Centre(units, weights, members) ?? units[members.MaxBy(i => worth[i])], first, members);
        })];
    }

    /// <summary>How useful faces are, as far as is known of all of them.</summary>
    private static double[] Worth(IReadOnlyList<EnrolledFace> faces) => faces.All(face => face.Quality is not null)
        ? [.. faces.Select(face => Math.Max(face.Quality!.Value, LeastWeight))]
        : [.. faces.Select(face => face.Resolution.Side / (double)Resolutions.Resolution.Full.Side)];

    /// <summary>Which cluster each face belongs to. The most useful face is the first centre, and each further one the face that is least like those before; of equal ones the first.</summary>
    private static int[] Cluster(float[][] units, double[] weights, double[] worth, int most)
    {
        var all = Enumerable.Range(0, units.Length).ToArray();
        if (most == 1) return new int[units.Length];
        List<float[]> centres = [units[all.MaxBy(i => worth[i])]];
        while (centres.Count < Math.Min(most, units.Length)) centres.Add(units[all.MinBy(i => centres.Max(centre => TensorPrimitives.Dot<float>(centre, units[i])))]);
        int[] owners = [];
        for (var round = 0; round < MostRounds; round++)
        {
            int[] next = [.. units.Select(unit => Enumerable.Range(0, centres.Count).MaxBy(cluster => TensorPrimitives.Dot<float>(centres[cluster], unit)))];
            if (next.SequenceEqual(owners)) break;
            owners = next;
            // One that lost its faces, or whose faces cancel out, stays where it was.
            for (var cluster = 0; cluster < centres.Count; cluster++) centres[cluster] = Centre(units, weights, [.. all.Where(i => owners[i] == cluster)]) ?? centres[cluster];
        }

        return owners;
    }

    /// <summary>The mean of some faces at length 1; null where there are none, or they cancel out.</summary>
    private static float[]? Centre(float[][] units, double[] weights, int[] members)
    {
        var sum = new float[units[0].Length];
        foreach (var i in members) TensorPrimitives.MultiplyAdd<float>(units[i], (float)weights[i], sum, sum);
        const float Nothing = 1e-4f;
        return TensorPrimitives.Norm<float>(sum) > Nothing * members.Sum(i => weights[i]) ? Unit(sum) : null;
    }

    private static float[] Unit(ReadOnlySpan<float> row)
    {
        var unit = new float[row.Length];
        SearchRows.Unit(row, unit);
        return unit;
    }
}

/// <summary>What is searched among of a person.</summary>
/// <param name="Embedding">At length 1.</param>
/// <param name="Face">The place of the face that stands for it: of those that it was made of the one of the smallest resolution, whose thresholds are the strictest, and of several the most useful.</param>
/// <param name="Faces">The places of all that it was made of.</param>
public readonly record struct FusedTemplate(ReadOnlyMemory<float> Embedding, int Face, IReadOnlyList<int> Faces);
