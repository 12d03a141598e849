using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace BTNet.Cli.Tests;

/// <summary>A tensor file without what it says about its making: names, shapes and every bit of the values.</summary>
internal static class TensorBytes
{
    public static void AssertEqual(string expectedFile, string actualFile)
    {
        var (expected, actual) = (Read(expectedFile), Read(actualFile));
        Assert.NotEmpty(expected.Values);
        Assert.Equal(expected.Header, actual.Header);
        Assert.True(expected.Values.AsSpan().SequenceEqual(actual.Values), $"{actualFile} holds other values than {expectedFile}");
    }

    public static bool AreEqual(string one, string other) => Read(one).Values.AsSpan().SequenceEqual(Read(other).Values);

    private static (string Header, byte[] Values) Read(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, length))!.AsObject();
        header.Remove("__metadata__");
        return (header.ToJsonString(), bytes[(8 + length)..]);
    }
}
