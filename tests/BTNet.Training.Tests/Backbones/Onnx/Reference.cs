using BTNet.Training.Export.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Backbones.Onnx;

/// <summary>What ONNX Runtime makes of a graph, and inputs for it.</summary>
internal static class Reference
{
    /// <summary>Embeddings, one face at a time.</summary>
    public static float[][] Embed(string path, Tensor faces)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(path, options);
        using var run = new RunOptions();
        return [.. Enumerable.Range(0, (int)faces.shape[0]).Select(face =>
        {
            using var scope = NewDisposeScope();
            long[] sides = [1, .. faces.shape[1..]];
            using var input = OrtValue.CreateTensorValueFromMemory(faces[face].contiguous().data<float>().ToArray(), sides);
            using var outputs = session.Run(run, [session.InputMetadata.Keys.Single()], [input], [session.OutputMetadata.Keys.Single()]);
            return outputs[0].GetTensorDataAsSpan<float>().ToArray();
        })];
    }

    /// <summary>Faces of numbers about -2 to 2, from a seed.</summary>
    public static Tensor Faces(int count, int side = 112, double scale = 1, double shift = 0)
    {
        var random = new Random(7);
        float[] values = [.. Enumerable.Range(0, count * 3 * side * side).Select(_ => (float)((scale * ((4 * random.NextDouble()) - 2)) + shift))];
        return tensor(values, [count, 3, side, side]);
    }

    public static string Write(string path, ModelProto model)
    {
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    /// <summary>The largest distance between embeddings of the same face, by the length of the reference's.</summary>
    public static double Distance(float[][] reference, Tensor embeddings)
    {
        Assert.Equal([reference.Length, reference[0].Length], embeddings.shape);
        Assert.Equal(ScalarType.Float32, embeddings.dtype);
        return reference.Select((expected, face) =>
        {
            using var scope = NewDisposeScope();
            var actual = embeddings[face].detach().contiguous().data<float>().ToArray();
            return Math.Sqrt(expected.Zip(actual).Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / expected.Sum(value => (double)value * value));
        }).Max();
    }

    public static double LeastCosine(float[][] reference, Tensor embeddings) => reference.Select((expected, face) =>
    {
        using var scope = NewDisposeScope();
        var actual = embeddings[face].detach().contiguous().data<float>().ToArray();
        return expected.Zip(actual).Sum(pair => (double)pair.First * pair.Second) / Math.Sqrt(expected.Sum(value => (double)value * value) * actual.Sum(value => (double)value * value));
    }).Min();
}
