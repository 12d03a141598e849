namespace BTNet.Evaluation.Matlab;

/// <summary>The 128 bytes that a MAT-file of level 5 begins with: a text, a version, and in which order the bytes of a number come.</summary>
internal static class MatHeader
{
    public const int Bytes = 128;

    private const int UserBlockBytes = 512; // before the HDF5 part of a file of version 7.3
    private const string Expected = "expected a MAT-file as MATLAB's save -v7 or -v6, or SciPy's savemat, writes it";

    private static ReadOnlySpan<byte> Hdf5 => [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>Whether the highest byte of a number comes first.</summary>
    /// <exception cref="InputException">It is no such file, or one of another version.</exception>
    public static bool IsBigEndian(ReadOnlySpan<byte> file, string name)
    {
        if (file.StartsWith(Hdf5) || file.StartsWith("MATLAB 7.3"u8) || (file.Length >= UserBlockBytes && file[UserBlockBytes..].StartsWith(Hdf5)))
            throw new InputException($"{name}: is a MAT-file of version 7.3, which is an HDF5 file and is not read; in MATLAB load it and save it again with -v7, or write it in Python with scipy.io.savemat");
        if (file.Length < Bytes) throw new InputException($"{name}: has {file.Length} bytes, and a MAT-file's header alone has {Bytes}; {Expected}. It may be cut off: fetch it again");
        // In level 4 there is no text, and the file begins with small numbers.
        if (file[..4].Contains((byte)0)) throw new InputException($"{name}: is no MAT-file of level 5, or one of level 4; {Expected}");
        var (bigEndian, known) = (file[126], file[127]) switch
        {
            ((byte)'I', (byte)'M') => (false, true),
            ((byte)'M', (byte)'I') => (true, true),
            _ => (false, false),
        };
        if (!known) throw new InputException($"{name}: is no MAT-file (bytes 126 and 127 of its header are not IM or MI); {Expected}");
        var version = bigEndian ? file[124] : file[125];
        return version == 1 ? bigEndian : throw new InputException($"{name}: is a MAT-file of version {version} of its format, and 1 is read; {Expected}");
    }
}
