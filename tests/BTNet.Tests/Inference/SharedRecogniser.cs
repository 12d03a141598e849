using System.Numerics.Tensors;
using BTNet.Faces;
using BTNet.TestSupport;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Tests.Inference;

/// <summary>A recogniser that others trained on millions of faces, beside the checkout; tests skip where it is absent.</summary>
internal sealed class SharedRecogniser : IDisposable
{
    private const int Side = 112;

    // ImageNet's, which it was trained with.
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    private readonly InferenceSession _session = new(SharedData.Require("models", "mobilefacenet-apache2.onnx"));

    /// <summary>The raw embedding of an aligned face of any size.</summary>
    public float[] Embed(FaceImage face)
    {
        var full = FaceResizer.Resize(face, Side, Side);
        var pixels = new float[3 * Side * Side];
        for (var i = 0; i < Side * Side; i++)
        for (var c = 0; c < 3; c++)
            pixels[(c * Side * Side) + i] = ((full.Pixels[(3 * i) + c] / 255f) - Mean[c]) / Deviation[c];
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, Side, Side]);
        using var run = new RunOptions();
        using var outputs = _session.Run(run, [_session.InputMetadata.Keys.Single()], [input], [_session.OutputMetadata.Keys.First()]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public static double Norm(float[] embedding) => TensorPrimitives.Norm<float>(embedding);

    public void Dispose() => _session.Dispose();
}
