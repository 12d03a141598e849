using System.Numerics.Tensors;

namespace BTNet.Embeddings;

/// <summary>Embeddings one below another: <c>[rows, columns]</c>, row by row in one array.</summary>
public sealed class EmbeddingMatrix
{
    private readonly float[] _values;

    /// <summary>Takes the values as they are, without a copy.</summary>
    /// <param name="rows">Number of embeddings.</param>
    /// <param name="columns">Numbers in an embedding, at least 1.</param>
    /// <param name="values">rows x columns numbers, row by row.</param>
    /// <exception cref="ArgumentException">The sizes do not fit the number of values.</exception>
    public EmbeddingMatrix(int rows, int columns, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (values.LongLength != (long)rows * columns)
            throw new ArgumentException($"[{rows}, {columns}] needs {(long)rows * columns} values, not {values.LongLength}", nameof(values));
        (Rows, Columns, _values) = (rows, columns, values);
    }

    /// <summary>Number of embeddings.</summary>
    public int Rows { get; }

    /// <summary>Numbers in an embedding.</summary>
    public int Columns { get; }

    /// <summary>All values, row by row.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>One embedding.</summary>
    /// <param name="row">From 0.</param>
    public ReadOnlySpan<float> this[int row] => _values.AsSpan(row * Columns, Columns);

    /// <summary>The sum, row by row: how raw embeddings of an image and of its mirror image are joined.</summary>
    /// <exception cref="ArgumentException">Another shape.</exception>
    public EmbeddingMatrix Plus(EmbeddingMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Rows != Rows || other.Columns != Columns)
            throw new ArgumentException($"[{Rows}, {Columns}] and [{other.Rows}, {other.Columns}] cannot be added", nameof(other));
        var sum = new float[_values.Length];
        TensorPrimitives.Add(_values, other._values, sum);
        return new EmbeddingMatrix(Rows, Columns, sum);
    }

    /// <summary>Every row scaled to length 1; a row of zeros stays one.</summary>
    public EmbeddingMatrix Normalized()
    {
        var scaled = (float[])_values.Clone();
        for (var row = 0; row < Rows; row++)
        {
            var span = scaled.AsSpan(row * Columns, Columns);
            var norm = TensorPrimitives.Norm<float>(span);
            if (norm > 0) TensorPrimitives.Divide(span, norm, span);
        }

        return new EmbeddingMatrix(Rows, Columns, scaled);
    }
}
