using BTNet.Training.Export.Onnx;
using BTNet.Training.Quantization;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Training.Tests.Quantization;

/// <summary>Runs graphs by ONNX Runtime.</summary>
internal static class Run
{
    /// <summary>A byte for each number that a network takes, by a formula.</summary>
    public static float[] Pixels(int side) => [.. Enumerable.Range(0, 3 * side * side).Select(i => (float)(i * 37 % 256))];

    public static float[] Floats(Network network, float[] pixels) => Graph(FloatGraph.Of(network), network.Side, pixels);

    public static float[] Graph(ModelProto graph, int side, float[] pixels)
    {
        using var session = new InferenceSession(graph.ToByteArray());
        return Session(session, side, pixels);
    }

    public static float[] File(string path, int side, float[] pixels)
    {
        using var session = new InferenceSession(path);
        return Session(session, side, pixels);
    }

    private static float[] Session(InferenceSession session, int side, float[] pixels)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, side, side]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, ["pixels"], [input], ["embedding"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
