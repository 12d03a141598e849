using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Randomness;

namespace BTNet.Training.Data;

/// <summary>
/// Pictures of another source, and behind them faces that nobody has: each the weighted mean of two of those pictures at 112 pixels. Where a recogniser teaches
/// and no labels are needed they are as good a question to it as a photograph, and there is no end of them. A blend that cannot be made, since one of its pictures is broken, is made of
/// another two that the same seed draws: a broken picture is then one that is left out, and not one more for each of its blends. The other source stays the caller's.
/// </summary>
internal sealed class BlendedSource : IFaceSource
{
    private const ulong Purpose = 7;

    /// <summary>What a picture weighs at the least; the other weighs the rest.</summary>
    private const double LeastWeight = 0.3;

    /// <summary>So many pairs are tried: where one picture in a hundred is broken, the first does for 98 blends in a hundred.</summary>
    private const int MostPairs = 16;

    private readonly IFaceSource _source;
    private readonly ulong _seed;

    private BlendedSource(IFaceSource source, int blends, ulong seed) => (_source, _seed, Count) = (source, seed, source.Count + blends);

    /// <summary>The source with blends behind its pictures; itself where none are wanted or it has one picture.</summary>
    /// <param name="source">The pictures.</param>
    /// <param name="share">How many blends there are for each picture, 0 for none.</param>
    /// <param name="seed">Which.</param>
    public static IFaceSource Of(IFaceSource source, double share, ulong seed)
    {
        var blends = (int)Math.Min(Array.MaxLength - source.Count, Math.Round(source.Count * share));
        return blends == 0 || source.Count < 2 ? source : new BlendedSource(source, blends, seed);
    }

    /// <inheritdoc/>
    public string Description => $"{_source.Description}, and {Count - _source.Count} blends of two";

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Identities => _source.Identities;

    /// <summary>A blend is filed under its first picture's identity.</summary>
    /// <inheritdoc/>
    public int LabelOf(int index) => _source.LabelOf(Of(index).First);

    /// <inheritdoc/>
    public string NameOf(int index) => index < _source.Count ? _source.NameOf(index) : $"{_source.NameOf(Of(index).First)} blended with {_source.NameOf(Of(index).Second)}";

    /// <inheritdoc/>
    public string IdentityName(int label) => _source.IdentityName(label);

    /// <inheritdoc/>
    public string VersionOf(int index) => index < _source.Count ? _source.VersionOf(index) : $"{_source.VersionOf(Of(index).First)} {_source.VersionOf(Of(index).Second)}";

    /// <inheritdoc/>
    public FaceImage Load(int index)
    {
        if (index < _source.Count) return _source.Load(index);
        InputException? fault = null;
        foreach (var (first, second, weight) in Pairs(index).Take(MostPairs))
        {
            try
            {
                return Mean(Full(first), Full(second), weight);
            }
            catch (InputException broken)
            {
                fault ??= broken;
            }
        }

        throw new InputException($"none of {MostPairs} pairs of pictures could be blended: {fault!.Message}", fault);
    }

    /// <summary>Which two a blend is of where neither is broken, and what the first weighs.</summary>
    private (int First, int Second, double Weight) Of(int index) => index < _source.Count ? (index, index, 1) : Pairs(index).First();

    /// <summary>The pairs that are tried for a blend, without end.</summary>
    private IEnumerable<(int First, int Second, double Weight)> Pairs(int index)
    {
        var random = new SeededRandom(_seed, Purpose, (ulong)index);
        while (true)
        {
            var (first, steps, weight) = (random.Next(_source.Count), 1 + random.Next(_source.Count - 1), random.NextDouble(LeastWeight, 1 - LeastWeight));
            yield return (first, (first + steps) % _source.Count, weight);
        }
    }

    private FaceImage Full(int item) => FaceResizer.Resize(_source.Load(item), Resolution.Full.Side, Resolution.Full.Side);

    private static FaceImage Mean(FaceImage first, FaceImage second, double weight)
    {
        var one = first.Pixels;
        var other = second.Pixels;
        var pixels = new byte[one.Length];
        // In 256ths, rounded: both weights together are 256, so nothing leaves the range.
        var share = (int)Math.Round(256 * weight);
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(((share * one[i]) + ((256 - share) * other[i]) + 128) >> 8);
        return new FaceImage(first.Width, first.Height, pixels);
    }
}
