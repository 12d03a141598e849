namespace BTNet.Training.Kernels;

/// <summary>What <see cref="PairConvolution"/> does to a row of the output's map. A neighbour's part is not taken of exchanged channels but
/// exchanged when it is summed: with P for the exchange, n P(x) is P(P(n) x), and so is a sum of them.</summary>
/// <typeparam name="T">How maps are stored.</typeparam>
/// <param name="input">The input's map.</param>
/// <param name="output">The output's, or its gradient.</param>
/// <param name="own">A row of channels for each place of the kernel, or of its gradient: what an output takes of its channel.</param>
/// <param name="crossed">The same of the neighbour, exchanged; null where there is none.</param>
/// <param name="shape">The sizes.</param>
internal readonly unsafe struct PairRows<T>(T* input, T* output, float* own, float* crossed, ConvolutionShape shape)
    where T : unmanaged, IMapNumber<T>
{
    // MobileFaceNet's, and what slides over a row in registers.
    private bool IsThreeByThree => shape is { Side: 3, Stride: 1, Padding: 1 };

    private T* Out(int row) => output + ((long)row * shape.OutWidth * shape.Channels);

    /// <summary>Computes a row of the output.</summary>
    public void Convolve<V>(int row)
        where V : unmanaged, ILanes<V>
    {
        if (IsThreeByThree)
        {
            var zeros = stackalloc T[V.Count];
            new Span<T>(zeros, V.Count).Clear();
            var lines = new PairLines<T>(input, row, shape, zeros);
            for (var c = 0; c < shape.Channels; c += V.Count)
            {
                if (crossed is null) lines.Convolve<V, Alone>(c, own + c, null, Out(row) + c);
                else lines.Convolve<V, Paired>(c, own + c, crossed + c, Out(row) + c);
            }

            return;
        }

        var (image, top) = (row / shape.OutHeight, (row % shape.OutHeight * shape.Stride) - shape.Padding);
        var to = Out(row);
        for (var place = 0; place < shape.OutWidth; place++, to += shape.Channels)
        {
            var left = (place * shape.Stride) - shape.Padding;
            for (var c = 0; c < shape.Channels; c += V.Count)
            {
                V straight = default, exchanged = default;
                for (var down = Math.Max(0, -top); down < shape.Side && top + down < shape.Height; down++)
                {
                    var at = input + ((((((long)image * shape.Height) + top + down) * shape.Width) + left) * shape.Channels) + c;
                    for (var right = Math.Max(0, -left); right < shape.Side && left + right < shape.Width; right++)
                    {
                        var weight = (((down * shape.Side) + right) * shape.Channels) + c;
                        var x = T.Load<V>(at + (right * shape.Channels));
                        straight = V.MultiplyAdd(x, V.Load(own + weight), straight);
                        if (crossed is not null) exchanged = V.MultiplyAdd(x, V.Load(crossed + weight), exchanged);
                    }
                }

                T.Store(crossed is null ? straight : straight + exchanged.Neighbours(), to + c);
            }
        }
    }

    /// <summary>Adds what a row of the output's gradient gives to the kernel's.</summary>
    public void AddGradient<V>(int row)
        where V : unmanaged, ILanes<V>
    {
        if (IsThreeByThree)
        {
            var zeros = stackalloc T[V.Count];
            new Span<T>(zeros, V.Count).Clear();
            var lines = new PairLines<T>(input, row, shape, zeros);
            for (var c = 0; c < shape.Channels; c += V.Count)
            {
                if (crossed is null) lines.AddGradient<V, Alone>(c, own + c, null, Out(row) + c);
                else lines.AddGradient<V, Paired>(c, own + c, crossed + c, Out(row) + c);
            }

            return;
        }

        var (image, top) = (row / shape.OutHeight, (row % shape.OutHeight * shape.Stride) - shape.Padding);
        for (var down = Math.Max(0, -top); down < shape.Side && top + down < shape.Height; down++)
        {
            var line = input + ((((long)image * shape.Height) + top + down) * shape.Width * shape.Channels);
            for (var right = 0; right < shape.Side; right++)
            {
                // Places whose input column is inside the map.
                var first = Math.Max(0, (shape.Padding - right + shape.Stride - 1) / shape.Stride);
                var last = Math.Min(shape.OutWidth - 1, (shape.Width - 1 + shape.Padding - right) / shape.Stride);
                if (last < first || right > shape.Width - 1 + shape.Padding) continue;
                var x = line + (((first * shape.Stride) - shape.Padding + right) * shape.Channels);
                var weight = ((down * shape.Side) + right) * shape.Channels;
                for (var c = 0; c < shape.Channels; c += V.Count) AddPlaces<V>(x + c, Out(row) + (first * shape.Channels) + c, last - first + 1, weight + c);
            }
        }
    }

    private void AddPlaces<V>(T* x, T* d, int places, int weight)
        where V : unmanaged, ILanes<V>
    {
        V straight = V.Load(own + weight), exchanged = crossed is null ? default : V.Load(crossed + weight);
        var (step, back, isPaired) = ((long)shape.Stride * shape.Channels, (long)shape.Channels, crossed is not null);
        for (; places > 0; places--, x += step, d += back)
        {
            V value = T.Load<V>(x), gradient = T.Load<V>(d);
            straight = V.MultiplyAdd(value, gradient, straight);
            if (isPaired) exchanged = V.MultiplyAdd(value, gradient.Neighbours(), exchanged);
        }

        straight.Store(own + weight);
        if (isPaired) exchanged.Store(crossed + weight);
    }
}
