using BTNet.Faces;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests;

/// <summary>The tiny model as a package: 112 and 14 pixels, with what it says of faces.</summary>
public sealed class TinyPackage : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TinyPackage(TinyModel tiny)
    {
        Path = _folder.File("package");
        Btnet.Run("export", tiny.Model, "--output", Path).Expect(0);
    }

    public string Path { get; }

    /// <summary>Another package of the same networks, to be damaged.</summary>
    public string CopyTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(Path)) File.Copy(file, System.IO.Path.Combine(folder, System.IO.Path.GetFileName(file)));
        return folder;
    }

    /// <summary>Writes pictures that take a while to read.</summary>
    public static string WriteLargePictures(string folder, int count)
    {
        const int Side = 700;
        Directory.CreateDirectory(folder);
        for (var i = 0; i < 4; i++)
        {
            var pixels = new byte[3 * Side * Side];
            for (var at = 0; at < pixels.Length; at++) pixels[at] = (byte)(128 + (90 * Math.Sin((at % (3 * Side) / (5.0 + i)) + (at / (30.0 * Side)))));
            var jpeg = FaceEncoder.EncodeJpeg(new FaceImage(Side, Side, pixels), 90);
            for (var copy = i; copy < count; copy += 4) File.WriteAllBytes(System.IO.Path.Combine(folder, $"{copy:000}.jpg"), jpeg);
        }

        return folder;
    }

    public void Dispose() => _folder.Dispose();
}
