using System.Numerics.Tensors;
using BTNet.Gallery.Search;
using Pgvector;

namespace BTNet.Gallery.Postgres;

/// <summary>Faces in half precision, of length 1, as the server scans them, and how far a score of theirs can be from that in single precision.</summary>
internal static class HalfCode
{
    /// <summary>The most numbers of an embedding: a row of PostgreSQL fits a page of 8 KB.</summary>
    public const int MostNumbers = 3_800;

    // Half precision has 11 bits, and below 2^-14 steps of 2^-24: what is lost of a number is half a step.
    private const double HalfStep = 1.0 / 2048;
    private const double SmallestHalfStep = 1.0 / (1 << 25);

    // Half a step of single precision.
    private const double SingleStep = 1.0 / (1 << 24);

    /// <summary>A face in half precision.</summary>
    /// <param name="unit">The face <c>[D]</c>, of length 1 or 0.</param>
    public static HalfVector Of(ReadOnlySpan<float> unit)
    {
        var halves = new Half[unit.Length];
        TensorPrimitives.ConvertToHalf(unit, halves);
        return new HalfVector(halves);
    }

    /// <summary>
    /// How far the server's score of any face with a query can be from the cosine that is computed in single precision. With x and y of length 1 in single precision and h, f in half,
    /// |x y - h f| is at most |x - h| |f| + |x| |y - f|; |y - f| is known, |x - h| is at most 2^-11 |x| + sqrt(D) 2^-25, and a sum of D products in single precision is wrong by at most D 2^-24, on either side.
    /// </summary>
    /// <param name="unit">The query in single precision <c>[D]</c>, of length 1 or 0.</param>
    /// <param name="code">The same in half.</param>
    public static double ErrorOf(ReadOnlySpan<float> unit, HalfVector code)
    {
        var lost = 0.0;
        for (var i = 0; i < unit.Length; i++)
        {
            var difference = unit[i] - (double)code.Memory.Span[i];
            lost += difference * difference;
        }

        // Lengths of 1 are so to a few parts in 10 million, which the last factor covers.
        return (HalfStep + (Math.Sqrt(unit.Length) * SmallestHalfStep) + Math.Sqrt(lost) + (2 * unit.Length * SingleStep)) * 1.001;
    }

    /// <summary>Scales to length 1.</summary>
    public static float[] Unit(ReadOnlySpan<float> face)
    {
        var unit = new float[face.Length];
        SearchRows.Unit(face, unit);
        return unit;
    }
}
