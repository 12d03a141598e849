using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.Training.Native;
using BTNet.Training.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Export;

/// <summary>
/// Learns from aligned faces what tells them from other pictures. The grey values of a small grid are taken for two normal distributions, of
/// the faces and of the same faces spoilt; a picture is as odd as it is nearer to the latter. What is far from both is nearer to it too,
/// since spoilt faces are more varied.
/// </summary>
public static class AppearanceFit
{
    /// <summary>From fewer faces nothing is learnt: half of them set the limit that one in a hundred is beyond.</summary>
    public const int FewestFaces = 200;

    private const int SpoiltFaces = 4000;

    /// <summary>How much of a covariance is replaced by its mean variance in every direction. Measured: with less, false alarms rise
    /// where faces are few; with less for the spoilt than for the faces, noise is missed.</summary>
    private const double Shrinkage = 0.1;

    /// <summary>Sides of the grids: what 7 pixels have, and for all larger faces one that tells more.</summary>
    private static readonly int[] Grids = [7, 10];

    /// <param name="faces">Real, aligned faces of any size, those of a person one after the other: the first half is learnt from, and the
    /// other sets the limit.</param>
    /// <param name="resolutions">Those of the model.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>One for each grid that a resolution needs; none where fewer than <see cref="FewestFaces"/> faces are more than one colour.</returns>
    public static IReadOnlyList<FaceAppearance> Of(IReadOnlyList<FaceImage> faces, IReadOnlyCollection<Resolution> resolutions, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentNullException.ThrowIfNull(resolutions);
        var seen = faces.Select(face => FaceResizer.Resize(face, Resolution.Full.Side, Resolution.Full.Side)).Where(face => FaceGrid.Of(face, Grids[0]) is not null).ToList();
        if (seen.Count < FewestFaces) return [];
        var (learnt, held) = (seen[..(seen.Count / 2)], seen[(seen.Count / 2)..]);
        var random = new SeededRandom(2);
        List<FaceImage> spoilt = [];
        while (spoilt.Count < SpoiltFaces)
        {
            cancellation.ThrowIfCancellationRequested();
            spoilt.AddRange(learnt.Select(face => SpoiltFace.Of(face, random)));
        }

        List<FaceAppearance> appearances = [];
        foreach (var sides in resolutions.Select(resolution => resolution.Side).GroupBy(side => Grids.Last(grid => grid <= side)).OrderBy(sides => sides.Key))
        {
            cancellation.ThrowIfCancellationRequested();
            var grid = sides.Key;
            var appearance = new FaceAppearance(grid, seen.Count, 0, FaceAppearance.Text(Difference(Values(learnt, grid), Values(spoilt, grid))));
            var likeness = new FaceLikeness(appearance);
            appearances.Add(appearance with { Limit = sides.Max(side => Limit([.. held.Select(face => likeness.Oddness(FaceResizer.Resize(face, side, side))).Where(double.IsFinite)])) });
        }

        return appearances;
    }

    /// <summary>What a face like these is beyond with a chance of at most one in a hundred: a place further than the share itself, since the next
    /// face is one more (Vovk, Gammerman and Shafer, "Algorithmic learning in a random world", 2005).</summary>
    private static double Limit(double[] odd)
    {
        Array.Sort(odd);
        return odd[Math.Min((int)Math.Ceiling(0.99 * (odd.Length + 1)), odd.Length) - 1];
    }

    private static float[][] Values(IEnumerable<FaceImage> faces, int grid) => [.. faces.Select(face => FaceGrid.Of(face, grid)).OfType<float[]>()];

    /// <summary>The coefficients of <see cref="FaceAppearance"/>.</summary>
    private static float[] Difference(float[][] faces, float[][] spoilt)
    {
        using var scope = NewDisposeScope();
        var (mean, precision) = Normal(faces);
        var (otherMean, otherPrecision) = Normal(spoilt);
        var square = precision.Plus(otherPrecision.neg()).data<double>().ToNDArray();
        var linear = otherPrecision.mv(otherMean).Plus(precision.mv(mean).neg()).Times(2).data<double>().ToArray();
        var size = linear.Length;
        List<float> coefficients = [];
        for (var i = 0; i < size; i++)
        for (var j = 0; j <= i; j++)
            // Each pair of places is there once.
            coefficients.Add((float)((double)square.GetValue(i, j)! * (i == j ? 1 : 2)));
        return [.. coefficients, .. linear.Select(value => (float)value)];
    }

    private static (Tensor Mean, Tensor Precision) Normal(float[][] rows)
    {
        var values = tensor([.. rows.SelectMany(row => row)], [rows.Length, rows[0].Length], dtype: ScalarType.Float64);
        var mean = values.mean([0]);
        var centred = values.Plus(mean.neg());
        var covariance = centred.t().matmul(centred).Times(1.0 / rows.Length);
        var shrunk = covariance.Times(1 - Shrinkage).Plus(eye(rows[0].Length, dtype: ScalarType.Float64).mul(covariance.diagonal().mean()).Times(Shrinkage));
        return (mean, linalg.inv(shrunk));
    }
}
