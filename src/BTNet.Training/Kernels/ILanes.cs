using System.Numerics;

namespace BTNet.Training.Kernels;

/// <summary>Numbers of neighbouring channels that are computed with at once, in single precision: as many as the processor takes, so
/// that a pass over a map is written once for all widths.</summary>
internal unsafe interface ILanes<TSelf> : IAdditionOperators<TSelf, TSelf, TSelf>, ISubtractionOperators<TSelf, TSelf, TSelf>, IMultiplyOperators<TSelf, TSelf, TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>How many there are.</summary>
    static abstract int Count { get; }

    /// <summary>Loads what is stored in single precision.</summary>
    static abstract TSelf Load(float* from);

    /// <summary>Loads what is stored as bfloat16.</summary>
    static abstract TSelf LoadBrain(ushort* from);

    /// <summary>Stores in single precision.</summary>
    void Store(float* to);

    /// <summary>Stores as bfloat16, rounded to the nearest, ties to the even one; what is no number stays none.</summary>
    void StoreBrain(ushort* to);

    /// <summary>Stores past the caches, to an address that is a multiple of what is stored. All that is stored to a line of the cache must
    /// follow at once.</summary>
    void Stream(float* to);

    /// <summary>The same as bfloat16.</summary>
    void StreamBrain(ushort* to);

    /// <summary>Adds each to a sum in double precision.</summary>
    void AddTo(double* sums);

    /// <summary>Each channel's neighbour in its pair: 1 0 3 2 5 4 ...</summary>
    TSelf Neighbours();

    /// <summary><c>a * b + c</c>, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The first where <paramref name="z"/> is above zero, else the second.</summary>
    static abstract TSelf WherePositive(TSelf z, TSelf above, TSelf otherwise);
}
