namespace BTNet.Evaluation.Matlab;

/// <summary>What an array is (MathWorks, "MAT-File Format", table of array types). Its numbers may be stored more narrowly, as a <see cref="MatType"/>.</summary>
internal enum MatClass
{
    Cell = 1,
    Struct = 2,
    Object = 3,
    Char = 4,
    Sparse = 5,
    Double = 6,
    Single = 7,
    Int8 = 8,
    UInt8 = 9,
    Int16 = 10,
    UInt16 = 11,
    Int32 = 12,
    UInt32 = 13,
    Int64 = 14,
    UInt64 = 15,
    FunctionHandle = 16,
    Opaque = 17,
}
