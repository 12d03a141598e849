using System.Globalization;
using BTNet.Faces;
using BTNet.Inference;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Training.Quantization;

/// <summary>Runs a network in floats on faces and watches which numbers its maps hold.</summary>
internal static class Calibration
{
    /// <summary>Faces of 28 pixels that are looked at at once; of larger ones fewer. Each has some hundred maps.</summary>
    private const int LargestBatch = 16;

    /// <summary>The range of each value of a network.</summary>
    /// <param name="network">A network without norms and PReLU.</param>
    /// <param name="faces">Faces of its size, at least one.</param>
    /// <param name="method">How ranges are chosen.</param>
    /// <param name="progress">Told of faces done; null for nobody.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InputException">The network gives numbers that are not finite.</exception>
    public static IReadOnlyDictionary<string, ActivationRange> Run(Network network, IReadOnlyList<FaceImage> faces, RangeMethod method, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var values = FloatGraph.Watched(network).ToList();
        var seen = values.ConvertAll(_ => new ActivationHistogram());
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(FloatGraph.Of(network).ToByteArray(), options);
        var side = network.Side;
        // Every map of every face of a batch is in memory at once.
        var batch = Math.Clamp(28 * 28 * LargestBatch / (side * side), 1, LargestBatch);
        for (var start = 0; start < faces.Count; start += batch)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new WorkProgress(string.Create(CultureInfo.InvariantCulture, $"calibrating {side}"), start, faces.Count, "faces"));
            var count = Math.Min(batch, faces.Count - start);
            var pixels = new float[count * 3 * side * side];
            for (var i = 0; i < count; i++) PixelPlanes.Write(faces[start + i].Pixels, pixels.AsSpan(i * 3 * side * side, 3 * side * side));
            using var input = OrtValue.CreateTensorValueFromMemory(pixels, [count, 3, side, side]);
            using var run = new RunOptions();
            using var maps = session.Run(run, [Export.NetworkGraph.Input], [input], values);
            try
            {
                Parallel.For(0, values.Count, i => seen[i].Add(maps[i].GetTensorDataAsSpan<float>()));
            }
            catch (AggregateException faults) when (faults.InnerExceptions.All(inner => inner is InputException))
            {
                throw new InputException(faults.InnerExceptions[0].Message, faults);
            }
        }

        return values.Select((value, i) => (value, Range: seen[i].Range(method))).ToDictionary(item => item.value, item => item.Range);
    }
}
