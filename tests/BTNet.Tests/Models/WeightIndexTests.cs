using BTNet.Models;
using BTNet.TestSupport;
using FsCheck;
using FsCheck.Xunit;

namespace BTNet.Tests.Models;

public sealed class WeightIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static readonly Dictionary<string, StoredTensor> Valid = new() { ["trunk.conv.weight"] = new([4, 3, 3, 3], 0), ["trunk.bn.weight"] = new([4], 448), ["r7.scalar"] = new([], 512) };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_index_is_read_as_it_was_written()
    {
        var read = Read(WeightIndex.Write(Valid), 516);
        Assert.Equal(Valid.Keys.Order(StringComparer.Ordinal), read.Keys.Order(StringComparer.Ordinal));
        Assert.All(Valid, tensor => Assert.Equal(tensor.Value.Offset, read[tensor.Key].Offset));
        Assert.All(Valid, tensor => Assert.Equal(tensor.Value.Shape, read[tensor.Key].Shape));
    }

    [Theory]
    [InlineData("""{ "a": null }""", "null for 'a'")]
    [InlineData("""{ "a": { "shape": null, "offset": 0 } }""", "shape")]
    [InlineData("""{ "a": { "shape": [4] } }""", "offset")]
    [InlineData("""{ "a": { "shape": [4], "offset": -64 } }""", "outside")]
    [InlineData("""{ "a": { "shape": [4], "offset": 4 } }""", "no multiple of 64")]
    [InlineData("""{ "a": { "shape": [0], "offset": 0 } }""", "outside")]
    [InlineData("""{ "a": { "shape": [-1, -4], "offset": 0 } }""", "outside")]
    [InlineData("""{ "a": { "shape": [5], "offset": 0 } }""", "outside")]
    [InlineData("""{ "a": { "shape": [4], "offset": 64 } }""", "outside")]
    [InlineData("""{ "a": { "shape": [4294967296, 4294967296], "offset": 0 } }""", "outside")]
    [InlineData("""{ "a": { "shape": [4], "offset": 0, "type": "half" } }""", "type")]
    [InlineData("null", "null")]
    [InlineData("[]", "JSON")]
    public void What_does_not_lie_in_a_file_of_16_bytes_is_refused(string text, string told) =>
        Assert.Contains(told, Assert.Throws<InputException>(() => Read(System.Text.Encoding.UTF8.GetBytes(text), 16)).Message, StringComparison.Ordinal);

    [Property]
    public void Whatever_is_accepted_lies_within_the_file(int[] shape, long offset, int bytes)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var tensor = new StoredTensor([.. shape.Select(side => (long)side)], offset / WeightIndex.Alignment * WeightIndex.Alignment);
        var (length, fits) = ((long)Math.Max(0, bytes), true);
        try
        {
            Read(WeightIndex.Write(new Dictionary<string, StoredTensor> { ["a"] = tensor }), length);
        }
        catch (InputException)
        {
            fits = false;
        }

        var end = shape.Aggregate((System.Numerics.BigInteger)sizeof(float), (product, side) => product * side) + tensor.Offset;
        Assert.Equal(shape.All(side => side > 0) && tensor.Offset >= 0 && end <= length, fits);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Damaged_indexes_are_read_or_refused_and_what_is_read_lies_within(int seed)
    {
        foreach (var damaged in Mutations.Of(WeightIndex.Write(Valid), 3000, seed))
        {
            try
            {
                Assert.All(Read(damaged, 516).Values, tensor => Assert.InRange(tensor.Offset + (4 * tensor.Shape.Aggregate(1L, (product, side) => product * side)), 4, 516));
            }
            catch (InputException fault)
            {
                Assert.Contains("is no index of weights", fault.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named()
    {
        Assert.Contains("missing.json is no index of weights", Assert.Throws<InputException>(() => WeightIndex.Read(_folder.File("missing.json"), 16)).Message, StringComparison.Ordinal);
        Assert.Contains("text.json is no index of weights", Assert.Throws<InputException>(() => WeightIndex.Read(_folder.WriteText("text.json", "no JSON"), 16)).Message, StringComparison.Ordinal);
    }

    private IReadOnlyDictionary<string, StoredTensor> Read(byte[] text, long bytes) => WeightIndex.Read(_folder.WriteBytes("weights.json", text), bytes);
}
