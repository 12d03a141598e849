using BTNet.Evaluation.Pickles;

namespace BTNet.Training.Checkpoints.Import;

/// <summary>What the numbers of a tensor in a PyTorch file are.</summary>
public enum TorchElementType
{
    /// <summary>32-bit float (FloatStorage).</summary>
    Float32,

    /// <summary>64-bit float (DoubleStorage).</summary>
    Float64,

    /// <summary>16-bit IEEE float (HalfStorage).</summary>
    Float16,

    /// <summary>The upper 16 bits of a 32-bit float (BFloat16Storage).</summary>
    BFloat16,

    /// <summary>64-bit signed integer (LongStorage).</summary>
    Int64,

    /// <summary>32-bit signed integer (IntStorage).</summary>
    Int32,

    /// <summary>16-bit signed integer (ShortStorage).</summary>
    Int16,

    /// <summary>8-bit signed integer (CharStorage).</summary>
    Int8,

    /// <summary>8-bit unsigned integer (ByteStorage).</summary>
    UInt8,

    /// <summary>A byte that is 0 or not (BoolStorage).</summary>
    Boolean,
}

/// <summary>Sizes and names of the element types.</summary>
internal static class TorchElementTypes
{
    private static readonly Dictionary<string, TorchElementType> OfStorage = new(StringComparer.Ordinal)
    {
        ["torch.FloatStorage"] = TorchElementType.Float32,
        ["torch.DoubleStorage"] = TorchElementType.Float64,
        ["torch.HalfStorage"] = TorchElementType.Float16,
        ["torch.BFloat16Storage"] = TorchElementType.BFloat16,
        ["torch.LongStorage"] = TorchElementType.Int64,
        ["torch.IntStorage"] = TorchElementType.Int32,
        ["torch.ShortStorage"] = TorchElementType.Int16,
        ["torch.CharStorage"] = TorchElementType.Int8,
        ["torch.ByteStorage"] = TorchElementType.UInt8,
        ["torch.BoolStorage"] = TorchElementType.Boolean,
    };

    /// <summary>The names that a pickle calls the storages by.</summary>
    public static string[] StorageNames => [.. OfStorage.Keys];

    /// <summary>The type of a storage that a pickle names, or null where it is none.</summary>
    public static TorchElementType? Of(PickleName storage) => OfStorage.TryGetValue(storage.Name, out var type) ? type : null;

    /// <summary>Bytes an element.</summary>
    public static int Size(this TorchElementType type) => type switch
    {
        TorchElementType.Float64 or TorchElementType.Int64 => 8,
        TorchElementType.Float32 or TorchElementType.Int32 => 4,
        TorchElementType.Float16 or TorchElementType.BFloat16 or TorchElementType.Int16 => 2,
        _ => 1,
    };
}
