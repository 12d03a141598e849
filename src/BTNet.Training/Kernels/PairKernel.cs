using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>A kernel <c>[C, g, k, k]</c> of a convolution whose outputs see one channel (depthwise, g 1) or two, their own and
/// its neighbour (g 2, groups of channels 0-1, 2-3, ...), with the channels of a place side by side.</summary>
/// <param name="Own">For each place of the kernel a row of C: what each output takes of the channel of its number.</param>
/// <param name="Crossed">What the neighbour of each output takes of the channel of its number, and so the output's pair of its own; null where outputs see
/// one channel.</param>
internal sealed record PairKernel(float[] Own, float[]? Crossed)
{
    /// <summary>Whether a kernel is of this kind.</summary>
    public static bool Fits(Tensor kernel, long inputs) => kernel.shape[0] == inputs && kernel.shape[1] is 1 or 2;

    /// <summary>Of <c>[C, g, k, k]</c>.</summary>
    public static PairKernel Of(Tensor kernel)
    {
        using var scope = NewDisposeScope();
        var (outputs, seen) = ((int)kernel.shape[0], (int)kernel.shape[1]);
        var taps = (int)(kernel.shape[2] * kernel.shape[3]);
        var values = TensorMemory.Floats(kernel.detach().to(ScalarType.Float32).contiguous()).ToArray();
        // A row of channels for each place: the weight of one output and one of the channels that it sees.
        float[] Rows(Func<int, (int Output, int Seen)> of)
        {
            var rows = new float[taps * outputs];
            for (var c = 0; c < outputs; c++)
            {
                var (output, channel) = of(c);
                for (var tap = 0; tap < taps; tap++) rows[(tap * outputs) + c] = values[(((output * seen) + channel) * taps) + tap];
            }

            return rows;
        }

        return seen == 1 ? new PairKernel(Rows(c => (c, 0)), null) : new PairKernel(Rows(c => (c, c % 2)), Rows(c => (c ^ 1, c % 2)));
    }

    /// <summary>What the gradient of the input is the convolution of the output's with, where the stride is 1.</summary>
    /// <param name="channels">C.</param>
    public PairKernel Turned(int channels)
    {
        var taps = Own.Length / channels;
        float[] Turn(float[] rows, int neighbour)
        {
            var turned = new float[rows.Length];
            for (var tap = 0; tap < taps; tap++)
            {
                for (var c = 0; c < channels; c++) turned[(tap * channels) + c] = rows[((taps - 1 - tap) * channels) + (c ^ neighbour)];
            }

            return turned;
        }

        return new PairKernel(Turn(Own, 0), Crossed is null ? null : Turn(Crossed, 1));
    }

    /// <summary>As a tensor <c>[C, g, k, k]</c>.</summary>
    /// <param name="channels">C.</param>
    public Tensor ToTensor(int channels)
    {
        var taps = Own.Length / channels;
        var seen = Crossed is null ? 1 : 2;
        var values = new float[channels * seen * taps];
        for (var c = 0; c < channels; c++)
        {
            for (var tap = 0; tap < taps; tap++)
            {
                values[(((c * seen) + (c % seen)) * taps) + tap] = Own[(tap * channels) + c];
                if (Crossed is not null) values[((((c ^ 1) * seen) + (c % seen)) * taps) + tap] = Crossed[(tap * channels) + c];
            }
        }

        var side = (long)Math.Sqrt(taps);
        return tensor(values, channels, seen, side, side);
    }
}
