using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Native;

/// <summary>
/// Numbers for torch's operators that live as long as the call they are made for. TorchSharp passes a scalar's address to
/// libtorch and holds the scalar no longer, so that a garbage collection which another thread causes in that moment frees
/// what libtorch is reading: rarely, but a long training meets it, as an error about the scalar's type or as a wrong number.
/// A test sees to it that nothing here makes a scalar in another way, TorchSharp's own arithmetic with numbers included.
/// </summary>
internal static class LastingScalar
{
    /// <summary>How many scalars of a thread are held: the last ones made.</summary>
    internal const int Kept = 64;

    [ThreadStatic]
    private static Scalar[]? _last;

    [ThreadStatic]
    private static int _next;

    /// <summary>1, for operators whose overload without a factor makes a passing scalar of its own.</summary>
    public static Scalar One { get; } = 1;

    /// <summary>A scalar that is held until this thread has made as many others as are <see cref="Kept"/>.</summary>
    public static Scalar Of(double value) => Hold(value);

    /// <inheritdoc cref="Of(double)"/>
    public static Scalar Of(long value) => Hold(value);

    /// <summary>x + y.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    /// <summary>x + y.</summary>
    public static Tensor Plus(this Tensor x, double y) => x.add(Of(y), One);

    /// <summary>x - y.</summary>
    public static Tensor Minus(this Tensor x, double y) => x.sub(Of(y));

    /// <summary>x * y.</summary>
    public static Tensor Times(this Tensor x, double y) => x.mul(Of(y));

    /// <summary>1 - x.</summary>
    public static Tensor FromOne(this Tensor x) => x.neg().Plus(1);

    private static Scalar Hold(Scalar scalar)
    {
        _last ??= new Scalar[Kept];
        _last[_next] = scalar;
        _next = (_next + 1) % Kept;
        return scalar;
    }
}
