using System.Runtime.CompilerServices;

namespace BTNet.Gallery.Search;

/// <summary>Some thousand coded rows. It is filled from the front by one thread, while others read what is counted.</summary>
internal sealed unsafe class RowSegment
{
    /// <summary>Rows that it has room for: small enough that a gallery of ten takes little, and large enough that a scan seldom changes segments.</summary>
    public const int Rows = 8192;

    // A cache line, so that a vector of codes never lies in two.
    private const int Alignment = 64;

    private readonly sbyte[] _codes;
    private readonly int _columns;

    /// <param name="columns">Numbers of a coded row.</param>
    public RowSegment(int columns)
    {
        _columns = columns;
        _codes = GC.AllocateArray<sbyte>((Rows * columns) + Alignment, pinned: true);
        var start = (nint)Unsafe.AsPointer(ref _codes[0]);
        Codes = (sbyte*)((start + Alignment - 1) & -Alignment);
    }

    /// <summary>The coded rows <c>[Rows, columns]</c>, for as long as the segment lives.</summary>
    public sbyte* Codes { get; }

    /// <summary>Of each row, what a step of its integers stands for.</summary>
    public float[] Scales { get; } = new float[Rows];

    /// <summary>Of each row, the greatest error of its integers.</summary>
    public float[] Errors { get; } = new float[Rows];

    /// <summary>Whose each row is; below 0 where it was removed.</summary>
    public int[] Owners { get; } = new int[Rows];

    /// <summary>Of each row, how many rows there were when others took its place; who searches among fewer sees this one and not those. The greatest number where none did.</summary>
    public int[] Until { get; } = [.. Enumerable.Repeat(int.MaxValue, Rows)];

    /// <summary>Of each row, what its exact numbers are found by.</summary>
    public long[] Keys { get; } = new long[Rows];

    /// <summary>Puts a row to its place.</summary>
    /// <param name="row">The place.</param>
    /// <param name="values">The row, of length 1 or 0.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="key">What its exact numbers are found by.</param>
    public void Set(int row, ReadOnlySpan<float> values, int owner, long key)
    {
        (Scales[row], Errors[row]) = RowCode.Write(values, new Span<sbyte>(Codes + ((nint)row * _columns), values.Length));
        (Owners[row], Keys[row]) = (owner, key);
    }

    /// <summary>Puts a row of another segment of as many columns to its place, as it is coded there.</summary>
    public void Copy(int row, RowSegment other, int otherRow)
    {
        new ReadOnlySpan<sbyte>(other.Codes + ((nint)otherRow * _columns), _columns).CopyTo(new Span<sbyte>(Codes + ((nint)row * _columns), _columns));
        (Scales[row], Errors[row], Owners[row], Keys[row]) = (other.Scales[otherRow], other.Errors[otherRow], other.Owners[otherRow], other.Keys[otherRow]);
    }
}
