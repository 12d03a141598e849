using System.Collections.Concurrent;
using System.Numerics.Tensors;

namespace BTNet.Evaluation.Protocols;

/// <summary>Compares probes with everything enrolled, a tile of probes at a time so that an enrolled vector is fetched once for all of them.</summary>
internal static class TiledSearch
{
    private const int TileProbes = 32;

    /// <summary>An enrolled vector.</summary>
    public delegate ReadOnlySpan<float> Row(int index);

    /// <param name="rows">How many enrolled vectors there are.</param>
    /// <param name="row">Gives one; called from several threads.</param>
    /// <param name="probes">How many probes there are.</param>
    /// <param name="probe">The raw embedding of a probe, in an array of its own; called from several threads.</param>
    /// <param name="found">Given a probe and, for each enrolled vector, its product with the probe at length 1; called from several threads, in no order. The scores may be overwritten, and are others' after the call.</param>
    /// <param name="searched">Told of the number of probes that were compared since last.</param>
    /// <param name="cancellation">Ends the work between two tiles.</param>
    public static void Run(int rows, Row row, int probes, Func<int, float[]> probe, Action<int, float[]> found, Action<int> searched, CancellationToken cancellation)
    {
        // Of a gallery of 150,000 the scores of a tile are 20 MB: they are used again, and no more are held than there are cores. The pool of threads would add threads while tiles take long.
        var free = new ConcurrentBag<float[][]>();
        Parallel.For(0, (probes + TileProbes - 1) / TileProbes, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, tile =>
        {
            var (start, count) = (tile * TileProbes, Math.Min(TileProbes, probes - (tile * TileProbes)));
            var vectors = Enumerable.Range(start, count).Select(i => Unit(probe(i))).ToArray();
            if (!free.TryTake(out var scores)) scores = [.. Enumerable.Range(0, Math.Min(TileProbes, probes)).Select(_ => new float[rows])];
            for (var at = 0; at < rows; at++)
            {
                var enrolled = row(at);
                for (var i = 0; i < count; i++) scores[i][at] = TensorPrimitives.Dot(enrolled, vectors[i]);
            }

            for (var i = 0; i < count; i++) found(start + i, scores[i]);
            free.Add(scores);
            searched(count);
        });
    }

    /// <summary>At length 1; zeros stay zeros.</summary>
    private static float[] Unit(float[] vector)
    {
        var norm = TensorPrimitives.Norm<float>(vector);
        if (norm > 0) TensorPrimitives.Divide(vector, norm, vector);
        return vector;
    }
}
