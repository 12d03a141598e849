using BTNet.Resolutions;

namespace BTNet.Gallery.Postgres.Tests;

/// <summary>People as embeddings are: of 24 dimensions that matter and noise in the others; a person's faces lie near each other. An index is never to be judged on white noise, where nothing is near anything.</summary>
internal sealed class FaceClusters
{
    private const int Latent = 24;

    private readonly float[][] _basis;
    private readonly Random _random;
    private readonly int _size;

    public FaceClusters(int seed, int size)
    {
        (_random, _size) = (new Random(seed), size);
        _basis = [.. Enumerable.Range(0, Latent).Select(_ => Drawn(size))];
    }

    /// <summary>Somebody.</summary>
    public float[] Person()
    {
        var (face, weights) = (Drawn(_size, 0.3f), Drawn(Latent));
        for (var dimension = 0; dimension < Latent; dimension++)
            for (var i = 0; i < _size; i++) face[i] += weights[dimension] * _basis[dimension][i];
        return face;
    }

    /// <summary>Another face of somebody.</summary>
    public float[] Like(float[] person) => [.. person.Zip(Person(), (own, other) => own + (0.3f * other))];

    /// <summary>People with a few faces each, called p0, p1 and so on.</summary>
    public List<Enrolment> People(int count, int faces = 1, string name = "p") => [.. Enumerable.Range(0, count).Select(i =>
    {
        var person = Person();
        return new Enrolment($"{name}{i}", [.. Enumerable.Range(0, faces).Select(face => new EnrolledFace(face == 0 ? person : Like(person), Resolution.Of(28)))]);
    })];

    private float[] Drawn(int count, float scale = 1) => [.. Enumerable.Range(0, count).Select(_ => scale * (_random.NextSingle() + _random.NextSingle() + _random.NextSingle() - 1.5f))];
}
