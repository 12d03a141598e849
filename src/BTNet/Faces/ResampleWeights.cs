namespace BTNet.Faces;

/// <summary>
/// For each pixel along one side of the result: which source pixels make it, and with what weights. Follows Pillow's
/// resampling: the kernel is stretched by the reduction, cut at the borders, made to sum to one in double precision
/// and then rounded to fixed point, so that results agree with Pillow to the bit.
/// </summary>
internal sealed class ResampleWeights
{
    /// <summary>Fractional bits of a weight: 8 bits of pixel and 2 of headroom leave 22 of 32.</summary>
    public const int FractionBits = 22;

    private static readonly BoundedCache<(int From, int To, ResampleKernel Kernel), ResampleWeights> Cache =
        new(256, key => new ResampleWeights(key.From, key.To, key.Kernel), weights => weights.Values.Length <= 1 << 14);

    private ResampleWeights(int from, int to, ResampleKernel kernel)
    {
        var scale = (double)from / to;
        var stretch = Math.Max(scale, 1.0);
        var support = Support(kernel) * stretch;
        Stride = ((int)Math.Ceiling(support) * 2) + 2;
        First = new int[to];
        Counts = new int[to];
        Values = new int[checked(to * Stride)];
        var exact = new double[Stride];
        for (var position = 0; position < to; position++)
        {
            var centre = (position + 0.5) * scale;
            var first = Math.Max((int)(centre - support + 0.5), 0);
            var count = Math.Min((int)(centre + support + 0.5), from) - first;
            var sum = 0.0;
            for (var tap = 0; tap < count; tap++)
            {
                exact[tap] = Weight(kernel, (tap + first - centre + 0.5) * (1.0 / stretch));
                sum += exact[tap];
            }

            for (var tap = 0; tap < count; tap++)
            {
                var value = (sum == 0.0 ? exact[tap] : exact[tap] / sum) * (1 << FractionBits);
                Values[(position * Stride) + tap] = (int)(value < 0 ? value - 0.5 : value + 0.5);
            }

            (First[position], Counts[position]) = (first, count);
        }
    }

    /// <summary>Weights of another making, exact: those of each result pixel lie <paramref name="stride"/> apart.</summary>
    /// <param name="first">The first source pixel of each result pixel.</param>
    /// <param name="counts">How many there are from it on, none beyond the source's last; less than the stride.</param>
    /// <param name="exact">Weights that sum to one for each result pixel, and zeros behind them.</param>
    /// <param name="stride">Room for weights a result pixel.</param>
    public ResampleWeights(int[] first, int[] counts, ReadOnlySpan<float> exact, int stride)
    {
        (First, Counts, Stride, Values) = (first, counts, stride, new int[exact.Length]);
        for (var at = 0; at < exact.Length; at++) Values[at] = (int)MathF.Round(exact[at] * (1 << FractionBits));
    }

    /// <summary>The first source pixel of each result pixel.</summary>
    public int[] First { get; }

    /// <summary>How many source pixels, from the first, make each result pixel.</summary>
    public int[] Counts { get; }

    /// <summary>Weights in fixed point, <see cref="Stride"/> a result pixel.</summary>
    public int[] Values { get; }

    /// <summary>Room for weights a result pixel: the most there can be and a 0 behind them.</summary>
    public int Stride { get; }

    /// <summary>The weights that take a side of one length to another.</summary>
    public static ResampleWeights For(int from, int to, ResampleKernel kernel) => Cache.Get((from, to, kernel));

    /// <summary>How far a kernel of weights reaches to either side, where nothing is reduced.</summary>
    public static double Support(ResampleKernel kernel) => kernel switch
    {
        ResampleKernel.Area => 0.5,
        ResampleKernel.Bilinear => 1.0,
        ResampleKernel.Bicubic => 2.0,
        _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, "no kernel with weights"),
    };

    /// <summary>What a kernel of weights gives a pixel so far from its centre.</summary>
    public static double Weight(ResampleKernel kernel, double distance)
    {
        // The box is closed on the right only, so that a pixel on the border of two boxes counts once.
        if (kernel == ResampleKernel.Area) return distance is > -0.5 and <= 0.5 ? 1.0 : 0.0;
        const double a = -0.5;
        var x = Math.Abs(distance);
        if (kernel == ResampleKernel.Bilinear) return Math.Max(1.0 - x, 0.0);
        if (x < 1.0) return ((((a + 2.0) * x) - (a + 3.0)) * x * x) + 1;
        return x < 2.0 ? ((((x - 5) * x) + 8) * x - 4) * a : 0.0;
    }
}
