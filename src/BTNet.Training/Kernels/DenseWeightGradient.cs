using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>
/// The gradient of a convolution's kernel over channels-last maps in single precision. For each place of the kernel it is a
/// product of two matrices, (gradient)^T x (input, moved), summed over all places of all images; here in tiles of
/// <see cref="TileOutputs"/> x <see cref="TileChannels"/> numbers that stay in registers (Goto and van de Geijn, "Anatomy of
/// high-performance matrix multiplication", 2008). A block of the input is laid out once with its borders and serves every
/// place of the kernel. oneDNN's own for this layout runs at half the speed of its forward pass on AVX2; see
/// docs/performance.md.
/// </summary>
internal static unsafe class DenseWeightGradient
{
    /// <summary>Channels of a tile: two vectors. Channels in must be a multiple.</summary>
    public const int TileChannels = 16;

    private const int TileOutputs = 6;

    // Places of a block: enough for what a tile takes to load and store not to count, few enough for the second level cache.
    private const int BlockPlaces = 512;

    /// <summary>The gradient <c>[O, C, k, k]</c>.</summary>
    /// <param name="input">What was convolved, channels-last, C a multiple of <see cref="TileChannels"/>.</param>
    /// <param name="gradient">Of the output, channels-last.</param>
    /// <param name="shape">The sizes.</param>
    public static Tensor Run(Tensor input, Tensor gradient, ConvolutionShape shape)
    {
        using var x = new ChannelMap<SingleNumber>(input);
        using var d = new ChannelMap<SingleNumber>(gradient);
        var (from, back) = (x.Start, d.Start);
        var rowsABlock = Math.Max(1, BlockPlaces / shape.OutWidth);
        var blocks = (shape.OutRows + rowsABlock - 1) / rowsABlock;
        var parts = Math.Min(blocks, get_num_threads());
        var tiles = (shape.Outputs + TileOutputs - 1) / TileOutputs;
        var size = (nuint)shape.Taps * (nuint)(tiles * TileOutputs) * (nuint)shape.Channels;
        var sums = new nint[parts];
        try
        {
            RowRanges.Run(blocks, parts, (part, first, count) =>
            {
                sums[part] = (nint)NativeMemory.AlignedAlloc(size * sizeof(float), 64);
                NativeMemory.Clear((void*)sums[part], size * sizeof(float));
                using var block = new Block(shape, rowsABlock, tiles);
                for (var b = (int)first; b < first + count; b++)
                    block.Add((float*)from, (float*)back, b * rowsABlock, Math.Min(rowsABlock, shape.OutRows - (b * rowsABlock)), (float*)sums[part]);
            });
            return Gather(sums, shape, tiles);
        }
        finally
        {
            foreach (var sum in sums) NativeMemory.AlignedFree((void*)sum);
        }
    }

    /// <summary>Adds up the parts, in order, and lays them out as a kernel.</summary>
    private static Tensor Gather(nint[] sums, ConvolutionShape shape, int tiles)
    {
        var kernel = empty(shape.Outputs, shape.Channels, shape.Side, shape.Side);
        var to = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(kernel.bytes));
        var padded = tiles * TileOutputs;
        RowRanges.Run(shape.Outputs, RowRanges.Parts(shape.Outputs, shape.Channels * shape.Taps), (_, first, count) =>
        {
            for (var o = (int)first; o < first + count; o++)
            {
                var row = (float*)to + ((long)o * shape.Channels * shape.Taps);
                for (var tap = 0; tap < shape.Taps; tap++)
                {
                    var at = (((long)tap * padded) + o) * shape.Channels;
                    for (var c = 0; c < shape.Channels; c++)
                    {
                        var sum = 0f;
                        foreach (var part in sums) sum += ((float*)part)[at + c];
                        row[(c * shape.Taps) + tap] = sum;
                    }
                }
            }
        });
        return kernel;
    }

    /// <summary>Some rows of the output with the input that they were made from, laid out for the tiles. One thread's.</summary>
    private readonly ref struct Block : IDisposable
    {
        private readonly ConvolutionShape _shape;
        private readonly int _tiles;
        private readonly int _pitch;
        private readonly float* _input;
        private readonly float* _gradient;
        private readonly int* _rows;

        public Block(ConvolutionShape shape, int rows, int tiles)
        {
            (_shape, _tiles) = (shape, tiles);
            _pitch = (shape.Width + (2 * shape.Padding)) * TileChannels;
            // Each row of the output has its own rows of the input here: those that two share lie twice, which keeps images apart.
            _input = (float*)NativeMemory.AlignedAlloc((nuint)(rows * shape.Side * _pitch * sizeof(float)), 64);
            _gradient = (float*)NativeMemory.AlignedAlloc((nuint)(rows * shape.OutWidth * tiles * TileOutputs * sizeof(float)), 64);
            _rows = (int*)NativeMemory.Alloc((nuint)(rows * shape.Side), sizeof(int));
        }

        public void Add(float* input, float* gradient, int firstRow, int rows, float* sums)
        {
            var places = rows * _shape.OutWidth;
            LayOutGradient(gradient + ((long)firstRow * _shape.OutWidth * _shape.Outputs), places);
            for (var c = 0; c < _shape.Channels; c += TileChannels)
            {
                LayOutInput(input + c, firstRow, rows);
                for (var tap = 0; tap < _shape.Taps; tap++)
                {
                    var (down, right) = (tap / _shape.Side, tap % _shape.Side);
                    var sum = sums + ((long)tap * _tiles * TileOutputs * _shape.Channels) + c;
                    for (var tile = 0; tile < _tiles; tile++)
                        Tile(_gradient + ((long)tile * TileOutputs * places), _input + (right * TileChannels), _rows + (down * rows), rows, sum + ((long)tile * TileOutputs * _shape.Channels));
                }
            }
        }

        public void Dispose()
        {
            NativeMemory.AlignedFree(_input);
            NativeMemory.AlignedFree(_gradient);
            NativeMemory.Free(_rows);
        }

        /// <summary>A panel for each tile of outputs: its numbers of a place side by side, zeros beyond the last output.</summary>
        private void LayOutGradient(float* from, int places)
        {
            for (var tile = 0; tile < _tiles; tile++)
            {
                var to = _gradient + ((long)tile * TileOutputs * places);
                var outputs = Math.Min(TileOutputs, _shape.Outputs - (tile * TileOutputs));
                var d = from + (tile * TileOutputs);
                for (var place = 0; place < places; place++, d += _shape.Outputs, to += TileOutputs)
                {
                    if (outputs == TileOutputs)
                    {
                        Vector128.Load(d).Store(to);
                        *(long*)(to + 4) = *(long*)(d + 4);
                        continue;
                    }

                    for (var o = 0; o < TileOutputs; o++) to[o] = o < outputs ? d[o] : 0;
                }
            }
        }

        /// <summary>One tile of channels of the rows that the block's outputs were made from, with zeros around, each row once;
        /// and where those of each output row begin.</summary>
        private void LayOutInput(float* from, int firstRow, int rows)
        {
            var (next, lastImage, lastRow) = (0, -1, -1);
            for (var r = 0; r < rows; r++)
            {
                var image = (firstRow + r) / _shape.OutHeight;
                var top = ((firstRow + r) % _shape.OutHeight * _shape.Stride) - _shape.Padding;
                for (var down = 0; down < _shape.Side; down++)
                {
                    var row = top + down;
                    var isThere = image == lastImage && row <= lastRow;
                    _rows[(down * rows) + r] = isThere ? _rows[((down + _shape.Stride) * rows) + r - 1] : next * _pitch;
                    if (isThere) continue;
                    LayOutRow(row < 0 || row >= _shape.Height ? null : from + (((long)image * _shape.Height) + row) * _shape.Width * _shape.Channels, _input + (next * _pitch));
                    (next, lastImage, lastRow) = (next + 1, image, row);
                }
            }
        }

        private void LayOutRow(float* from, float* to)
        {
            new Span<float>(to, _pitch).Clear();
            if (from is null) return;
            to += _shape.Padding * TileChannels;
            for (var place = 0; place < _shape.Width; place++, from += _shape.Channels, to += TileChannels)
            {
                Vector256.Load(from).Store(to);
                Vector256.Load(from + 8).Store(to + 8);
            }
        }

        /// <summary>Adds the product of a panel of the gradient and a tile of the input.</summary>
        private void Tile(float* d, float* input, int* rowStarts, int rows, float* sum)
        {
            var channels = _shape.Channels;
            float* s0 = sum, s1 = s0 + channels, s2 = s1 + channels, s3 = s2 + channels, s4 = s3 + channels, s5 = s4 + channels;
            Vector256<float> a0 = Vector256.Load(s0), b0 = Vector256.Load(s0 + 8), a1 = Vector256.Load(s1), b1 = Vector256.Load(s1 + 8), a2 = Vector256.Load(s2), b2 = Vector256.Load(s2 + 8);
            Vector256<float> a3 = Vector256.Load(s3), b3 = Vector256.Load(s3 + 8), a4 = Vector256.Load(s4), b4 = Vector256.Load(s4 + 8), a5 = Vector256.Load(s5), b5 = Vector256.Load(s5 + 8);
            var step = _shape.Stride * TileChannels;
            for (var row = 0; row < rows; row++)
            {
                var x = input + rowStarts[row];
                for (var last = d + (_shape.OutWidth * TileOutputs); d != last; d += TileOutputs, x += step)
                {
                    Vector256<float> p = Vector256.Load(x), q = Vector256.Load(x + 8);
                    var g = Vector256.Create(d[0]);
                    a0 = Vector256.FusedMultiplyAdd(g, p, a0);
                    b0 = Vector256.FusedMultiplyAdd(g, q, b0);
                    g = Vector256.Create(d[1]);
                    a1 = Vector256.FusedMultiplyAdd(g, p, a1);
                    b1 = Vector256.FusedMultiplyAdd(g, q, b1);
                    g = Vector256.Create(d[2]);
                    a2 = Vector256.FusedMultiplyAdd(g, p, a2);
                    b2 = Vector256.FusedMultiplyAdd(g, q, b2);
                    g = Vector256.Create(d[3]);
                    a3 = Vector256.FusedMultiplyAdd(g, p, a3);
                    b3 = Vector256.FusedMultiplyAdd(g, q, b3);
                    g = Vector256.Create(d[4]);
                    a4 = Vector256.FusedMultiplyAdd(g, p, a4);
                    b4 = Vector256.FusedMultiplyAdd(g, q, b4);
                    g = Vector256.Create(d[5]);
                    a5 = Vector256.FusedMultiplyAdd(g, p, a5);
                    b5 = Vector256.FusedMultiplyAdd(g, q, b5);
                }
            }

            a0.Store(s0);
            b0.Store(s0 + 8);
            a1.Store(s1);
            b1.Store(s1 + 8);
            a2.Store(s2);
            b2.Store(s2 + 8);
            a3.Store(s3);
            b3.Store(s3 + 8);
            a4.Store(s4);
            b4.Store(s4 + 8);
            a5.Store(s5);
            b5.Store(s5 + 8);
        }
    }
}
