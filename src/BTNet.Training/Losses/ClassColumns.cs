using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Losses;

/// <summary>Reads columns <c>[N]</c> int64 that name each image's own class among a rank's, or are -1 where another rank
/// has it.</summary>
internal static class ClassColumns
{
    /// <summary><c>[N]</c> bool: whose class is here.</summary>
    public static Tensor Here(Tensor columns) => columns.ge(LastingScalar.Of(0L));

    /// <summary><c>[N, 1]</c> for gather and scatter: the column, or 0 where it is not here.</summary>
    public static Tensor Index(Tensor columns) => columns.clamp_min(LastingScalar.Of(0L)).unsqueeze(1);

    /// <summary><c>[N]</c>: each row's value at its column, 0 where that is not here.</summary>
    public static Tensor Take(Tensor values, Tensor columns)
    {
        var taken = values.gather(1, Index(columns)).squeeze(1);
        return where(Here(columns), taken, zeros_like(taken));
    }
}
