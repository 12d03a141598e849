using System.IO.Compression;
using System.Text.Json;

namespace BTNet.Tests;

/// <summary>The files under Assets, each named once.</summary>
internal static class TestAssets
{
    public static readonly Lazy<IReadOnlyList<ResizeCase>> PillowResize = new(() => Read<ResizeCase>("pillow-resize.json"));
    public static readonly Lazy<IReadOnlyList<DecodeCase>> PillowDecode = new(() => Read<DecodeCase>("pillow-decode.json"));

    /// <summary>One picture resized by Pillow; sizes are width, height.</summary>
    public sealed record ResizeCase(string Kernel, int[] Source, int[] Target, string Pixels);

    /// <summary>One picture file as Pillow decodes it.</summary>
    public sealed record DecodeCase(string File, int Width, int Height, string Pixels);

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Assets", name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>Pixels as the reference files hold them: base64 of zlib.</summary>
    public static byte[] Unpack(string pixels)
    {
        using var packed = new MemoryStream(Convert.FromBase64String(pixels));
        using var inflated = new ZLibStream(packed, CompressionMode.Decompress);
        using var all = new MemoryStream();
        inflated.CopyTo(all);
        return all.ToArray();
    }

    private static List<T> Read<T>(string name) =>
        JsonSerializer.Deserialize<CaseFile<T>>(Bytes(name), JsonSerializerOptions.Web)!.Cases;

    private sealed record CaseFile<T>(string MadeBy, List<T> Cases);
}
