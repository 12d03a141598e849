using System.Buffers.Binary;

namespace BTNet.Training.Data;

/// <summary>
/// The header that MXNet puts before the picture in a record: a flag and a label (4 bytes each), two numbers of 8 bytes
/// that nothing here needs, and, where the flag is not 0, that many more labels, which then stand in for the one.
/// </summary>
/// <param name="Labels">How many labels follow the fixed part; 0 where the label is in it.</param>
/// <param name="First">The label, or the first of them.</param>
/// <param name="Second">The second of the labels that follow; 0 where there is none.</param>
/// <param name="Bytes">How long the header is: where the picture starts.</param>
internal readonly record struct ImageRecordHeader(int Labels, float First, float Second, int Bytes)
{
    public const int FixedBytes = 24;

    /// <summary>As many bytes as are needed of the start of a record.</summary>
    public const int NeededBytes = FixedBytes + 8;

    /// <param name="start">The start of the record, as much of it as there is up to <see cref="NeededBytes"/> or more.</param>
    /// <param name="length">How long the record is.</param>
    /// <param name="fault">Makes the exception that names the record.</param>
    public static ImageRecordHeader Parse(ReadOnlySpan<byte> start, long length, Func<string, InputException> fault)
    {
        if (length < FixedBytes) throw fault($"is {length} bytes long, too short for the {FixedBytes} bytes of its header");
        var flag = BinaryPrimitives.ReadUInt32LittleEndian(start);
        var labels = start[FixedBytes..];
        if (FixedBytes + (4L * flag) > length) throw fault($"says that {flag} labels follow, more than its {length} bytes hold");
        return new ImageRecordHeader(
            (int)flag,
            BinaryPrimitives.ReadSingleLittleEndian(flag > 0 ? labels : start[4..]),
            flag > 1 ? BinaryPrimitives.ReadSingleLittleEndian(labels[4..]) : 0,
            FixedBytes + (4 * (int)flag));
    }
}
