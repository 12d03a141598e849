using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.Latency;

/// <summary>
/// Measures how long a network takes for a face of each of its resolutions, from pixels of that size to the embedding: without decoding or resizing. Faces are pixels drawn at random, as the time does not depend on
/// what is in them. It measures the machine as it is, with whatever else runs there.
/// </summary>
public static class LatencyProtocol
{
    private const int Seed = 1;

    /// <summary>Measures.</summary>
    /// <param name="embedder">The network.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told of calls.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="cancellation">Ends the work between two calls.</param>
    /// <exception cref="InputException">The options cannot be meant.</exception>
    public static LatencyReport Run(IEmbedder embedder, LatencyOptions? options = null, IProgress<WorkProgress>? progress = null, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        options ??= new LatencyOptions();
        options.Validate();
        var clock = time ?? TimeProvider.System;
        var (done, total) = (0L, embedder.Resolutions.Count * ((long)(2 * options.WarmUp) + options.Calls + options.BatchCalls));
        return new LatencyReport(embedder.Description, options, [.. embedder.Resolutions.Select(Measure)]);

        LatencyResult Measure(Resolution resolution)
        {
            var random = new Random(Seed);
            var faces = Enumerable.Range(0, options.Batch).Select(_ =>
            {
                var pixels = new byte[3 * resolution.Side * resolution.Side];
                random.NextBytes(pixels);
                return new FaceImage(resolution.Side, resolution.Side, pixels);
            }).ToList();
            var single = Times([faces[0]], resolution, options.Calls);
            var batch = Times(faces, resolution, options.BatchCalls);
            return new LatencyResult(resolution, At(single, .5), At(single, .1), At(single, .9), options.Batch / Math.Max(At(batch, .5).TotalSeconds, 1e-9));
        }

        TimeSpan[] Times(IReadOnlyList<FaceImage> faces, Resolution resolution, int calls)
        {
            var times = new TimeSpan[calls];
            for (var call = -options.WarmUp; call < calls; call++)
            {
                cancellation.ThrowIfCancellationRequested();
                var begun = clock.GetTimestamp();
                embedder.Embed(faces, resolution, cancellation);
                if (call >= 0) times[call] = clock.GetElapsedTime(begun);
                progress?.Report(new WorkProgress("measuring latency", ++done, total, "calls"));
            }

            Array.Sort(times);
            return times;
        }
    }

    /// <summary>The value that a share of sorted ones is below, linear between neighbours.</summary>
    private static TimeSpan At(TimeSpan[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }
}
