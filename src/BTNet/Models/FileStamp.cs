namespace BTNet.Models;

/// <summary>What tells, without reading it, that a file has been written to.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="WrittenUtc">When it was last written to.</param>
internal readonly record struct FileStamp(long Bytes, DateTime WrittenUtc)
{
    /// <summary>Of an open file; where it was opened by a link, of what the link leads to.</summary>
    public static FileStamp Of(FileStream stream) => new(stream.Length, File.GetLastWriteTimeUtc(stream.SafeFileHandle));
}
