using System.Numerics.Tensors;
using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>Compares pairs of templates: a single-precision number each, in one room that is used again for every mode.</summary>
internal sealed class IjbcComparison
{
    // Pairs that a thread takes at a time.
    private const int Share = 1 << 14;

    private readonly TemplatePairs _mates;
    private readonly TemplatePairs _strangers;
    private float[] _scores = [];

    /// <exception cref="InputException">There are no pairs of one person, or of two.</exception>
    public IjbcComparison(TemplatePairs mates, TemplatePairs strangers)
    {
        if (mates.Count == 0 || strangers.Count == 0)
            throw new InputException($"{mates.Count} pairs of templates of one person and {strangers.Count} of two people are left; expected some of each. Mend the lists or the images that are missing or broken");
        (_mates, _strangers) = (mates, strangers);
    }

    /// <summary>How many pairs are compared.</summary>
    public int Count => checked(_mates.Count + _strangers.Count);

    public RocCurve Run(float[]?[] enrolled, float[]?[] probes, CancellationToken cancellation)
    {
        if (_scores.Length == 0) _scores = new float[Count];
        Score(_mates, 0);
        Score(_strangers, _mates.Count);
        return RocCurve.OfMany(_scores.AsSpan(0, _mates.Count), _scores.AsSpan(_mates.Count));

        void Score(TemplatePairs pairs, int start) => Parallel.For(0, (pairs.Count + Share - 1) / Share, new ParallelOptions { CancellationToken = cancellation }, share =>
        {
            var first = pairs.Enrolled;
            var second = pairs.Probes;
            var scores = _scores.AsSpan(start, pairs.Count);
            for (var i = share * Share; i < Math.Min((share + 1) * Share, scores.Length); i++) scores[i] = TensorPrimitives.Dot<float>(enrolled[first[i]]!, probes[second[i]]!);
        });
    }
}
