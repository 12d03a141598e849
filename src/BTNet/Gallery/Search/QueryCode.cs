using System.Numerics.Tensors;

namespace BTNet.Gallery.Search;

/// <summary>What is searched for, of length 1, in 16-bit integers: their error is a hundredth of that of the rows' 8 bits, and a sum of products still fits 32 bits.</summary>
internal sealed class QueryCode
{
    private const int GreatestOfRow = 127;

    /// <param name="query">The query <c>[D]</c>, finite, of length 1 or 0.</param>
    /// <param name="columns">Numbers of a coded row, at least D; the further ones are 0.</param>
    public QueryCode(ReadOnlySpan<float> query, int columns)
    {
        Codes = new short[columns];
        var greatest = Math.Min(short.MaxValue, int.MaxValue / ((long)GreatestOfRow * columns));
        Scale = Math.Abs(TensorPrimitives.MaxMagnitude(query)) / greatest;
        var left = new float[query.Length];
        if (Scale > 0)
        {
            TensorPrimitives.Multiply(query, 1 / Scale, left);
            TensorPrimitives.Round<float>(left, left);
            TensorPrimitives.ConvertSaturating<float, short>(left, Codes);
            TensorPrimitives.MultiplyAdd<float>(left, -Scale, query, left);
        }

        // A row's integers times their scale are no longer than the row and half a step in each number.
        var longest = 1 + (MathF.Sqrt(query.Length) / (2 * GreatestOfRow));
        // And of rounding, in the sums of single precision that results are and in the products here: D times half of the least step near 1.
        Error = (TensorPrimitives.Norm<float>(left) * 1.0001f * longest) + ((query.Length + 16) * 6e-8f);
    }

    /// <summary>The integers.</summary>
    public short[] Codes { get; }

    /// <summary>What a step of them stands for.</summary>
    public float Scale { get; }

    /// <summary>
    /// By how much the product of integers may differ from the product in single precision for this query's sake, beside the row's <see cref="RowCode.Error"/>: with x = s q + e and y = t p + f of length 1,
    /// x y = s t (q p) + e y + s q f, where |e y| is at most the length of e, and |s q f| that of f times that of s q (Cauchy and Schwarz).
    /// </summary>
    public float Error { get; }
}
