using System.Numerics.Tensors;

namespace BTNet.Training.Quantization;

/// <summary>How often numbers occur in a value, in memory of one size however many come.</summary>
internal sealed class ActivationHistogram
{
    private const int Bins = 4096;
    private const double OutermostShare = 1e-5;
    private const int Steps = 64;

    // Around zero, of equal width; when a number comes from beyond, the width doubles and bins merge by twos.
    private readonly long[] _counts = new long[Bins];
    private float _reach;

    /// <summary>The least number so far, or 0.</summary>
    public float Low { get; private set; }

    /// <summary>The greatest number so far, or 0.</summary>
    public float High { get; private set; }

    /// <summary>Numbers so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds numbers.</summary>
    /// <exception cref="InputException">One of them is none, or infinite.</exception>
    public void Add(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) return;
        var (low, high) = (TensorPrimitives.Min(values), TensorPrimitives.Max(values));
        if (!float.IsFinite(low) || !float.IsFinite(high)) throw new InputException("the network gives numbers that are not finite; its weights are damaged or training diverged, export an earlier checkpoint");
        (Low, High) = (Math.Min(Low, low), Math.Max(High, high));
        MakeRoom(Math.Max(-low, high));
        Count += values.Length;
        if (_reach == 0)
        {
            _counts[Bins / 2] += values.Length;
            return;
        }

        var perUnit = Bins / 2 / _reach;
        foreach (var value in values) _counts[Math.Clamp((int)((value * perUnit) + (Bins / 2)), 0, Bins - 1)]++;
    }

    /// <summary>The range that a method chooses.</summary>
    public ActivationRange Range(RangeMethod method) => method switch
    {
        RangeMethod.MinMax => new ActivationRange(Low, High),
        RangeMethod.Percentile => Percentile(),
        RangeMethod.Mse => LeastError(),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "is no way to choose a range")
    };

    private void MakeRoom(float furthest)
    {
        if (_reach == 0 && furthest > 0)
        {
            // Zeros alone have been seen, if anything: they lie in the middle at any width.
            _reach = furthest;
            return;
        }

        while (_reach < furthest)
        {
            _reach *= 2;
            var merged = new long[Bins];
            for (var i = 0; i < Bins; i++) merged[(Bins / 4) + (i / 2)] += _counts[i];
            merged.CopyTo(_counts, 0);
        }
    }

    private double Edge(int bin) => (bin - (Bins / 2)) * (_reach / (Bins / 2.0));

    private ActivationRange Percentile()
    {
        var outermost = (long)(OutermostShare * Count);
        var (first, last) = (0, Bins - 1);
        for (var seen = _counts[first]; seen <= outermost && first < Bins - 1; seen += _counts[first]) first++;
        for (var seen = _counts[last]; seen <= outermost && last > 0; seen += _counts[last]) last--;
        return new ActivationRange(Math.Clamp(Edge(first), Low, 0), Math.Clamp(Edge(last + 1), 0, High));
    }

    /// <summary>Tries ranges from a quarter of what was seen to all of it, each end for itself.</summary>
    private ActivationRange LeastError()
    {
        var (best, least) = (new ActivationRange(Low, High), double.PositiveInfinity);
        var (lows, highs) = (Edges(Low, upwards: false), Edges(High, upwards: true));
        foreach (var low in lows)
        foreach (var high in highs)
        {
            var range = new ActivationRange(low.Edge, high.Edge);
            // A number that is rounded is off by up to half a level, any part of it as likely.
            var error = low.Error + high.Error + (Count * (double)range.Scale * range.Scale / 12);
            if (error < least) (best, least) = (range, error);
        }

        return best;
    }

    private List<(double Edge, double Error)> Edges(float outermost, bool upwards) =>
        [.. Enumerable.Range(Steps / 4, 1 + Steps - (Steps / 4)).Select(step => (double)outermost * step / Steps).Distinct().Select(edge => (edge, Beyond(edge, upwards)))];

    /// <summary>The sum of squares of what is cut off beyond an edge.</summary>
    private double Beyond(double edge, bool upwards)
    {
        var sum = 0.0;
        for (var bin = 0; bin < Bins; bin++)
        {
            if (_counts[bin] == 0) continue;
            var beyond = (upwards ? 1 : -1) * ((Edge(bin) + Edge(bin + 1)) / 2 - edge);
            if (beyond > 0) sum += _counts[bin] * beyond * beyond;
        }

        return sum;
    }
}
