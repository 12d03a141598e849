using System.Numerics.Tensors;
using BTNet.Faces;
using BTNet.Training.Kernels;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>How well a recogniser tells faces apart that were given to it in some way.</summary>
/// <param name="Input">In which way.</param>
/// <param name="Separation">How far the similarities of a face to itself, mirrored and shifted, lie from those to others: the difference of the means by the
/// deviation (d').</param>
public sealed record PreprocessingScore(RecogniserInput Input, double Separation);

/// <summary>What a search found.</summary>
/// <param name="Scores">Every candidate, the best first. Those behind the first few were tried on fewer faces.</param>
public sealed record PreprocessingFinding(IReadOnlyList<PreprocessingScore> Scores)
{
    /// <summary>The best.</summary>
    public PreprocessingScore Best => Scores[0];

    /// <summary>The second best; null where there is none.</summary>
    public PreprocessingScore? Second => Scores.Count > 1 ? Scores[1] : null;

    /// <summary>How clear it is: by what part the separation of the second is smaller, 0 to 1. Below some hundredths it is a guess.</summary>
    public double Margin => Second is null ? 1 : Best.Separation <= 0 ? 0 : Math.Clamp(1 - (Second.Separation / Best.Separation), 0, 1);
}

/// <summary>
/// Finds what a recogniser expects pixels to be, from faces without labels: given as it was trained, it should find a face again that was mirrored and shifted, among others.
/// </summary>
public static class PreprocessingSearch
{
    /// <summary>Fewer say little.</summary>
    public const int LeastFaces = 16;

    /// <summary>On so many all candidates are tried, and on all faces those that come near the best.</summary>
    private const int FirstFaces = 64;

    private const double NearTheBest = 0.95;
    private const int BatchSize = 32;
    private const int Shift = 3;

    /// <summary>Tries each candidate on some of the faces, and the better ones on all.</summary>
    /// <param name="trunk">The recogniser.</param>
    /// <param name="faces">Aligned faces, most of them of different people; two hundred are plenty.</param>
    /// <param name="candidates">What to try; null for <see cref="RecogniserInput.Common"/>. Of those that hardly differ, as -1..1 and (x-127.5)/128 do, the first is tried.</param>
    /// <param name="progress">Told after each candidate.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="InputException">There are fewer than <see cref="LeastFaces"/>.</exception>
    public static PreprocessingFinding Run(OnnxTrunk trunk, IReadOnlyList<FaceImage> faces, IReadOnlyList<RecogniserInput>? candidates = null, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        ArgumentNullException.ThrowIfNull(faces);
        if (faces.Count < LeastFaces) throw new InputException($"{faces.Count} faces are too few to find out what {trunk.Path} expects, at least {LeastFaces} are needed; give more{(candidates is { Count: 1 } ? "" : ", or say what it expects")}");
        List<RecogniserInput> inputs = [];
        foreach (var candidate in candidates ?? RecogniserInput.Common)
        {
            if (!inputs.Any(input => IsNear(input, candidate))) inputs.Add(candidate);
        }

        FaceImage[] straight = [.. faces.Select(face => FaceResizer.Resize(face, trunk.Side, trunk.Side))];
        FaceImage[] changed = [.. straight.Select(face => Shifted(face.Flipped()))];
        var (done, total) = (0L, (long)inputs.Count * Math.Min(faces.Count, FirstFaces));
        var first = Tried(inputs, FirstFaces);
        if (faces.Count <= FirstFaces) return new PreprocessingFinding(first);
        var near = first.Count(score => score.Separation >= NearTheBest * first[0].Separation);
        total += (long)near * faces.Count;
        return new PreprocessingFinding([.. Tried(first.Take(near).Select(score => score.Input), faces.Count), .. first.Skip(near)]);

        List<PreprocessingScore> Tried(IEnumerable<RecogniserInput> some, int count)
        {
            var scores = new List<PreprocessingScore>();
            foreach (var input in some)
            {
                cancellation.ThrowIfCancellationRequested();
                scores.Add(new PreprocessingScore(input, Separation(Embed(trunk, straight[..Math.Min(count, straight.Length)], input), Embed(trunk, changed[..Math.Min(count, changed.Length)], input))));
                done += Math.Min(count, straight.Length);
                progress?.Report(new WorkProgress("finding out what the recogniser expects", done, total, "faces"));
            }

            return [.. scores.OrderByDescending(score => score.Separation)];
        }
    }

    /// <summary>Whether two candidates differ by less than any recogniser minds.</summary>
    internal static bool IsNear(RecogniserInput left, RecogniserInput right) => left.Order == right.Order
        && left.Mean.Zip(right.Mean).All(pair => Math.Abs(pair.First - pair.Second) < 0.01) && left.Scale.Zip(right.Scale).All(pair => Math.Abs((pair.First / pair.Second) - 1) < 0.01);

    /// <summary>d' of cosines between rows of the same number and of others, after the mean of all rows was taken off.</summary>
    internal static double Separation(float[][] left, float[][] right)
    {
        var mean = new float[left[0].Length];
        foreach (var row in left.Concat(right)) TensorPrimitives.Add(mean, row, mean);
        TensorPrimitives.Divide(mean, 2f * left.Length, mean);
        foreach (var row in left.Concat(right))
        {
            TensorPrimitives.Subtract(row, mean, row);
            TensorPrimitives.Divide(row, Math.Max(TensorPrimitives.Norm<float>(row), float.Epsilon), row);
        }

        var (same, others) = (new Moments(), new Moments());
        for (var i = 0; i < left.Length; i++)
        {
            for (var j = 0; j < right.Length; j++) (i == j ? same : others).Add(TensorPrimitives.Dot<float>(left[i], right[j]));
        }

        var separation = (same.Mean - others.Mean) / Math.Sqrt(Math.Max((same.Variance + others.Variance) / 2, 1e-12));
        return double.IsFinite(separation) ? separation : double.NegativeInfinity;
    }

    private static float[][] Embed(OnnxTrunk trunk, FaceImage[] faces, RecogniserInput input)
    {
        var embeddings = new float[faces.Length][];
        using var mode = inference_mode();
        for (var start = 0; start < faces.Length; start += BatchSize)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(BatchSize, faces.Length - start);
            var values = trunk.Forward(input.FromFaces(faces[start..(start + count)], MapForm.Default)).contiguous().data<float>().ToArray();
            for (var i = 0; i < count; i++) embeddings[start + i] = values[(i * trunk.EmbeddingSize)..((i + 1) * trunk.EmbeddingSize)];
        }

        return embeddings;
    }

    /// <summary>The picture some pixels to the right and up; what comes in at the border repeats it.</summary>
    private static FaceImage Shifted(FaceImage face)
    {
        var shifted = new byte[face.Pixels.Length];
        for (var y = 0; y < face.Height; y++)
        {
            var row = Math.Min(y + Shift, face.Height - 1) * face.Width;
            for (var x = 0; x < face.Width; x++) face.Pixels.Slice(3 * (row + Math.Max(x - Shift, 0)), 3).CopyTo(shifted.AsSpan(3 * ((y * face.Width) + x)));
        }

        return new FaceImage(face.Width, face.Height, shifted);
    }

    private sealed class Moments
    {
        private double _count;
        private double _sum;
        private double _squares;

        public double Mean => _sum / _count;

        public double Variance => (_squares / _count) - (Mean * Mean);

        public void Add(double value)
        {
            _count++;
            _sum += value;
            _squares += value * value;
        }
    }
}
