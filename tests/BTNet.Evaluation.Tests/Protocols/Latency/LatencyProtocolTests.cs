using BTNet.Embeddings;
using BTNet.Evaluation.Protocols.Latency;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Protocols.Latency;

public sealed class LatencyProtocolTests
{
    private static readonly LatencyOptions Few = new() { WarmUp = 2, Calls = 11, BatchCalls = 5, Batch = 4 };

    [Fact]
    public void Medians_and_rates_are_those_of_a_network_whose_times_are_known()
    {
        var clock = new SteppedTime();
        var embedder = new TimedEmbedder(clock);

        var report = LatencyProtocol.Run(embedder, Few, time: clock);

        Assert.Equal([Resolution.Full, Resolution.Of(14)], report.Results.Select(result => result.Resolution));
        // The single calls behind the two that warm up take 3 to 13 ms, and those of a batch 3 to 7 ms.
        Assert.All(report.Results, result => Assert.Equal((8.0, 4.0, 12.0), (result.Median.TotalMilliseconds, result.Low.TotalMilliseconds, result.High.TotalMilliseconds)));
        Assert.All(report.Results, result => Assert.Equal(4 / 0.005, result.FacesPerSecond, 1e-6));
        Assert.Equal(2 * ((2 * 2) + 11 + 5), embedder.Calls);
    }

    [Fact]
    public void Faces_have_the_size_of_each_resolution_and_every_call_is_told()
    {
        var embedder = new PixelEmbedder([Resolution.Full, Resolution.Of(7)]);
        var told = new List<WorkProgress>();

        var report = LatencyProtocol.Run(embedder, Few, new Told(told));

        Assert.Equal(2 + 11 + (4 * (2 + 5)), embedder.Seen[7]);
        Assert.Equal((40, 40L, 40L), (told.Count, told[^1].Done, told[^1].Total));
        Assert.All(report.Results, result => Assert.True(result.Low <= result.Median && result.Median <= result.High && result.FacesPerSecond > 0));
    }

    [Fact]
    public void Options_that_cannot_be_meant_are_all_told()
    {
        var fault = Assert.Throws<InputException>(() => LatencyProtocol.Run(new PixelEmbedder(), new LatencyOptions { Calls = 0, Batch = -1 }));
        foreach (var said in (string[])["0 calls; expected at least 1", "-1 faces in a batch"]) Assert.Contains(said, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_ends_where_it_is_cancelled() =>
        Assert.Throws<OperationCanceledException>(() => LatencyProtocol.Run(new PixelEmbedder(), Few, cancellation: new CancellationToken(canceled: true)));

    private sealed class Told(List<WorkProgress> told) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => told.Add(value);
    }

    private sealed class SteppedTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    /// <summary>Takes a millisecond longer at each call with as many faces, and as little as at first where their number or size changes.</summary>
    private sealed class TimedEmbedder(SteppedTime clock) : IEmbedder
    {
        private (int Faces, Resolution Resolution) _last;
        private int _since;

        public int Calls { get; private set; }

        public string Description => "timed";

        public int EmbeddingSize => 1;

        public IReadOnlyList<Resolution> Resolutions { get; } = [Resolution.Full, Resolution.Of(14)];

        public EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default)
        {
            _since = _last == (faces.Count, resolution) ? _since + 1 : 1;
            _last = (faces.Count, resolution);
            Calls++;
            clock.Now += TimeSpan.FromMilliseconds(_since);
            return new EmbeddingMatrix(faces.Count, 1, new float[faces.Count]);
        }
    }
}
