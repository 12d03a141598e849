using System.Runtime.InteropServices;
using BTNet.Faces;
using BTNet.Training.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>The order of the colours of a face, first plane first.</summary>
public enum ColourOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red.</summary>
    Bgr
}

/// <summary>What a recogniser expects pixels to be: <c>(pixel / 255 - mean) / scale</c>, a plane for each colour.</summary>
public sealed record RecogniserInput
{
    private const int Channels = 3;
    private const int Levels = 256;

    /// <param name="name">What it is called: <c>signed-rgb</c>.</param>
    /// <param name="order">The order of the colours.</param>
    /// <param name="mean">Three numbers, in that order, of pixels of 0 to 1.</param>
    /// <param name="scale">Three numbers other than zero, in that order.</param>
    /// <exception cref="InputException">There are not three of each, or a number is none, or a scale zero.</exception>
    public RecogniserInput(string name, ColourOrder order, IReadOnlyList<double> mean, IReadOnlyList<double> scale)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(scale);
        if (mean.Count != Channels || mean.Any(value => !double.IsFinite(value))) throw new InputException($"a mean of {string.Join(", ", mean)}, expected {Channels} numbers");
        if (scale.Count != Channels || scale.Any(value => !double.IsFinite(value) || value == 0)) throw new InputException($"a scale of {string.Join(", ", scale)}, expected {Channels} numbers other than zero");
        (Name, Order, Mean, Scale) = (name, order, [.. mean], [.. scale]);
    }

    /// <summary>What recognisers commonly expect, the most common first: -1 to 1, 0 to 1, 0 to 255, (x - 127.5) / 128 and ImageNet's mean and deviation, each in RGB and BGR: <c>signed</c>, <c>unit</c>, <c>bytes</c>, <c>signed128</c> and <c>imagenet</c>, each with <c>-rgb</c> or <c>-bgr</c>.</summary>
    public static IReadOnlyList<RecogniserInput> Common { get; } =
    [
        .. new (string Name, double[] Mean, double[] Scale)[]
        {
            ("signed", [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]),
            ("signed128", [0.5, 0.5, 0.5], [128 / 255.0, 128 / 255.0, 128 / 255.0]),
            ("unit", [0, 0, 0], [1, 1, 1]),
            ("bytes", [0, 0, 0], [1 / 255.0, 1 / 255.0, 1 / 255.0]),
            ("imagenet", [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
        }.SelectMany(kind => new[]
        {
            new RecogniserInput($"{kind.Name}-rgb", ColourOrder.Rgb, kind.Mean, kind.Scale),
            new RecogniserInput($"{kind.Name}-bgr", ColourOrder.Bgr, [.. kind.Mean.Reverse()], [.. kind.Scale.Reverse()])
        })
    ];

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>The order of the colours.</summary>
    public ColourOrder Order { get; }

    /// <summary>Three numbers, in the order of the colours.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>Three numbers, in the order of the colours.</summary>
    public IReadOnlyList<double> Scale { get; }

    /// <summary>One of <see cref="Common"/> by its name, in any case.</summary>
    /// <exception cref="InputException">There is none of this name.</exception>
    public static RecogniserInput Named(string name) => Common.FirstOrDefault(input => input.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InputException($"'{name}' is no known input of recognisers; expected one of {string.Join(", ", Common.Select(input => input.Name))}");

    /// <summary>Pixels as the recogniser takes them; the caller disposes them.</summary>
    /// <param name="planar"><c>[N, 3, S, S]</c> bytes, 0-255, red plane first, whatever the order that is wanted; longer buffers are cut.</param>
    /// <param name="count">N.</param>
    /// <param name="side">S.</param>
    /// <param name="form">What the map is like.</param>
    /// <returns><c>[N, 3, S, S]</c>.</returns>
    /// <exception cref="ArgumentException">There are fewer bytes.</exception>
    public Tensor FromPlanar(ReadOnlySpan<byte> planar, int count, int side, MapForm form)
    {
        var (plane, image) = (side * side, Channels * side * side);
        if (planar.Length < (long)count * image) throw new ArgumentException($"{planar.Length} bytes are no {count} pictures of {side} x {side}", nameof(planar));
        var isLast = form.Layout == MapLayout.ChannelsLast;
        var kind = form.Precision == MapPrecision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var dense = isLast ? empty(count, side, side, Channels, dtype: kind) : empty(count, Channels, side, side, dtype: kind);
        var tables = Tables();
        for (var face = 0; face < count; face++)
        {
            using var numbers = dense[face];
            var pixels = planar.Slice(face * image, image);
            for (var channel = 0; channel < Channels; channel++)
            {
                var from = pixels.Slice((Order == ColourOrder.Rgb ? channel : Channels - 1 - channel) * plane, plane);
                var (first, step) = isLast ? (channel, Channels) : (channel * plane, 1);
                if (form.Precision == MapPrecision.Bf16) Put(MemoryMarshal.Cast<byte, ushort>(numbers.bytes), from, Array.ConvertAll(tables[channel], Brain), first, step);
                else Put(MemoryMarshal.Cast<byte, float>(numbers.bytes), from, tables[channel], first, step);
            }
        }

        if (!isLast) return dense;
        using (dense) return dense.permute(0, 3, 1, 2);
    }

    /// <summary>Faces as the recogniser takes them; the caller disposes them.</summary>
    /// <param name="faces">N faces of S x S pixels.</param>
    /// <param name="form">What the map is like.</param>
    /// <returns><c>[N, 3, S, S]</c>.</returns>
    /// <exception cref="ArgumentException">There is none, or they are not square and of one size.</exception>
    public Tensor FromFaces(IReadOnlyList<FaceImage> faces, MapForm form)
    {
        ArgumentNullException.ThrowIfNull(faces);
        if (faces.Count == 0) throw new ArgumentException("no faces", nameof(faces));
        var side = faces[0].Width;
        var plane = side * side;
        var planar = new byte[faces.Count * Channels * plane];
        for (var face = 0; face < faces.Count; face++)
        {
            if (faces[face].Width != side || faces[face].Height != side) throw new ArgumentException($"a face of {faces[face].Width} x {faces[face].Height} pixels, expected {side} x {side}", nameof(faces));
            var pixels = faces[face].Pixels;
            var to = planar.AsSpan(face * Channels * plane, Channels * plane);
            for (var place = 0; place < plane; place++)
            {
                for (var channel = 0; channel < Channels; channel++) to[(channel * plane) + place] = pixels[(Channels * place) + channel];
            }
        }

        return FromPlanar(planar, faces.Count, side, form);
    }

    /// <inheritdoc />
    public bool Equals(RecogniserInput? other) => other is not null && Order == other.Order && Mean.SequenceEqual(other.Mean) && Scale.SequenceEqual(other.Scale);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Order, Mean[0], Mean[1], Mean[2], Scale[0], Scale[1], Scale[2]);

    /// <inheritdoc />
    public override string ToString() => Name;

    private static void Put<T>(Span<T> to, ReadOnlySpan<byte> from, T[] table, int first, int step)
    {
        for (var (place, at) = (0, first); place < from.Length; place++, at += step) to[at] = table[from[place]];
    }

    /// <summary>The nearest number of half the bits.</summary>
    private static ushort Brain(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>What each level of each colour becomes.</summary>
    private float[][] Tables() => [.. Enumerable.Range(0, Channels).Select(channel => Enumerable.Range(0, Levels).Select(level => (float)(((level / 255.0) - Mean[channel]) / Scale[channel])).ToArray())];
}
