using System.Security.Cryptography;

namespace BTNet;

/// <summary>What tells a file's contents from every other: 64 hexadecimal digits of SHA-256, in lower case.</summary>
internal static class FileHash
{
    /// <summary>Of a file.</summary>
    public static string Of(string path)
    {
        using var stream = File.OpenRead(path);
        return Of(stream);
    }

    /// <summary>Of the rest of a stream.</summary>
    public static string Of(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));
}
