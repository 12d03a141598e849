using System.Numerics.Tensors;
using BTNet.Resolutions;

namespace BTNet.Embeddings;

/// <summary>What a model makes of a face.</summary>
public sealed class FaceEmbedding
{
    private readonly float[] _values;

    /// <param name="values">The raw embedding <c>[D]</c>; taken as it is, without a copy.</param>
    /// <param name="choice">Which branch made it, and why.</param>
    internal FaceEmbedding(float[] values, BranchChoice choice) => (_values, Choice) = (values, choice);

    /// <summary>The raw embedding <c>[D]</c>, not normalised.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>Its length. Many models give sharp faces a greater one.</summary>
    public double Norm => TensorPrimitives.Norm<float>(_values);

    /// <summary>Which branch made it, and why.</summary>
    public BranchChoice Choice { get; }

    /// <summary>The branch that made it.</summary>
    public Resolution Branch => Choice.Branch;

    /// <summary>How alike two faces are: the cosine of the angle between their embeddings, -1 to 1, whichever branches made them.
    /// 0 where one of them is all zeros.</summary>
    /// <exception cref="ArgumentException">The other is of another size, so of another model.</exception>
    public double Similarity(FaceEmbedding other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other._values.Length != _values.Length) throw new ArgumentException($"embeddings of {_values.Length} and of {other._values.Length} numbers are of two models and do not compare", nameof(other));
        var norms = Norm * other.Norm;
        return norms > 0 ? Math.Clamp(TensorPrimitives.Dot<float>(_values, other._values) / norms, -1, 1) : 0;
    }
}
