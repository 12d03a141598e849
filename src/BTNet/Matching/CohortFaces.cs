using System.Numerics.Tensors;
using BTNet.Embeddings;

namespace BTNet.Matching;

/// <summary>Faces of different people, each seen as a gallery has it and as it is searched for.</summary>
internal sealed class CohortFaces
{
    public const long Unit = 1L << 30;

    public const int LeastPeople = 20;

    private readonly EmbeddingMatrix _gallery;
    private readonly EmbeddingMatrix _probes;
    private readonly int[] _rows;
    private readonly int[] _people;
    private readonly double[] _weights;

    private CohortFaces(EmbeddingMatrix gallery, EmbeddingMatrix probes, int[] rows, int[] people, double[] weights, int count, CalibrationOptions options) =>
        (_gallery, _probes, _rows, _people, _weights, People, Options) = (gallery, probes, rows, people, weights, count, options);

    public CalibrationOptions Options { get; }

    /// <summary>How many images are looked at.</summary>
    public int Count => _rows.Length;

    public int People { get; }

    /// <exception cref="InputException">Too few people, or what is not finite.</exception>
    public static CohortFaces Of(EmbeddingMatrix gallery, EmbeddingMatrix probes, IReadOnlyList<int> people, CalibrationOptions options)
    {
        if (options.Faults().ToList() is { Count: > 0 } faults) throw new InputException("how to calibrate", faults);
        foreach (var matrix in (EmbeddingMatrix[])[gallery, probes])
            if (matrix.Values.ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) throw new InputException("an embedding to calibrate with is not finite; expected finite numbers");
        int[] rows = [.. Enumerable.Range(0, people.Count).GroupBy(row => people[row]).SelectMany(person => person.Take(options.MostImages)).Order()];
        var images = rows.CountBy(row => people[row]).ToDictionary(entry => entry.Key, entry => entry.Value);
        if (images.Count < LeastPeople) throw new InputException($"{images.Count} people are too few to calibrate with; expected at least {LeastPeople}, and some hundreds for rates of 1 in 100 (docs/calibration.md)");
        var numbers = images.Keys.Order().Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        return new CohortFaces(gallery.Normalized(), probes.Normalized(), rows, [.. rows.Select(row => numbers[people[row]])], [.. rows.Select(row => 1.0 / images[people[row]])], images.Count, options);
    }

    /// <summary>Gives each probe its scores with all images, in their order, as <see cref="FisherZ"/>; its own person's are among them.</summary>
    public void ForEach(Action<int, float[]> take, CancellationToken cancellation) => Parallel.For(
        0, Count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, () => new float[Count], (probe, _, scores) =>
        {
            var vector = _probes[_rows[probe]];
            for (var i = 0; i < Count; i++) scores[i] = (float)FisherZ.Of(TensorPrimitives.Dot(vector, _gallery[_rows[i]]));
            take(probe, scores);
            return scores;
        }, _ => { });

    public ProbeScores Describe(int probe, float[] scores)
    {
        double total = 0, sum = 0, squares = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_people[i] == _people[probe]) continue;
            total += _weights[i];
            sum += _weights[i] * scores[i];
            squares += _weights[i] * scores[i] * scores[i];
        }

        var mean = sum / total;
        return new ProbeScores(_people[probe], _weights[probe], mean, Math.Max(Math.Sqrt(Math.Max((squares / total) - (mean * mean), 0)), 1e-6));
    }

    /// <summary>Adds a probe's scores to a histogram of z, in units of 2^-30 so that their order does not matter.</summary>
    public void Tally(ProbeScores found, float[] scores, long[] histogram)
    {
        for (var i = 0; i < Count; i++)
            if (_people[i] != found.Person) Interlocked.Add(ref histogram[StrangerScores.Bin((scores[i] - found.Mean) / found.Deviation)], (long)(found.Weight * _weights[i] * Unit));
    }

    public List<ScoreExcess> Above(ProbeScores found, float[] scores, double limit)
    {
        var above = new List<ScoreExcess>();
        for (var i = 0; i < Count; i++)
        {
            var excess = ((scores[i] - found.Mean) / found.Deviation) - limit;
            if (excess >= 0 && _people[i] != found.Person) above.Add(new ScoreExcess(excess, found.Weight * _weights[i], found.Person, _people[i]));
        }

        return above;
    }

    /// <summary>Scores of two images of one person, the one as enrolled and the other as searched for.</summary>
    public IEnumerable<(double Score, int Person)> Mates() =>
        from person in Enumerable.Range(0, Count).GroupBy(i => _people[i])
        from probe in person
        from other in person
        where other != probe
        select ((double)TensorPrimitives.Dot(_probes[_rows[probe]], _gallery[_rows[other]]), person.Key);
}
