using BTNet.Embeddings;
using BTNet.Gallery;
using BTNet.Resolutions;

namespace BTNet.Tests.Gallery;

/// <summary>People drawn at random: faces of one lie near each other.</summary>
internal sealed class GallerySample(int seed, int size = GallerySample.Size)
{
    public const int Size = 64;

    private readonly Random _random = new(seed);

    public static EmbeddingModel Model { get; } = new("fingerprint of one", "kind of one", Size, "the first model");

    /// <summary>A direction, of any length.</summary>
    public float[] Face() => [.. Enumerable.Range(0, size).Select(_ => (float)(_random.NextDouble() + _random.NextDouble() + _random.NextDouble() - 1.5))];

    /// <summary>Another face of the same person.</summary>
    public float[] Like(float[] face, double noise = 0.4) => [.. face.Zip(Face(), (own, other) => own + (float)(noise * other))];

    /// <summary>Somebody with one face.</summary>
    public static Enrolment Of(string id, float[] face, string? source = null) => new(id, [new EnrolledFace(face, Resolution.Of(14)) { Source = source }]);

    /// <summary>Some people with a face each, called 0000, 0001 and so on.</summary>
    public List<Enrolment> People(int count, int first = 0) => [.. Enumerable.Range(first, count).Select(i => Of(i.ToString("0000", System.Globalization.CultureInfo.InvariantCulture), Face()))];
}
