using BTNet.Faces;
using BTNet.TestSupport;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Backbones.Onnx;

/// <summary>Aligned faces beside the checkout, each of another person.</summary>
internal static class RealFaces
{
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    public static FaceImage[] Load(int count) => [.. Directory.EnumerateDirectories(SharedData.Require("lfw", "faces")).Order(StringComparer.Ordinal).Take(count)
        .Select(folder => FaceDecoder.DecodeFile(Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).First()))];

    /// <summary>As the shared recogniser takes them.</summary>
    public static Tensor Tensor(int count)
    {
        var faces = Load(count);
        var values = new float[count * 3 * 112 * 112];
        for (var i = 0; i < values.Length; i++)
        {
            var (face, channel, place) = (i / (3 * 112 * 112), i / (112 * 112) % 3, i % (112 * 112));
            values[i] = ((faces[face].Pixels[(3 * place) + channel] / 255f) - Mean[channel]) / Deviation[channel];
        }

        return tensor(values, [count, 3, 112, 112]);
    }
}
