using BTNet.Models;
using BTNet.TestSupport;

namespace BTNet.Tests.Models;

public sealed class OnnxWeightsTests
{
    [Fact]
    public void Numbers_are_counted_and_files_named_wherever_tensors_lie()
    {
        var within = Read(CraftedRecogniser.Graph());
        Assert.Equal((3L, 0), (within.Parameters, within.Locations.Count));
        var nested = Read(CraftedRecogniser.Graph(layers: 20, location: "a/b.bin"));
        Assert.Equal(8, nested.Parameters);
        Assert.Equal(["a/b.bin"], nested.Locations);
        // Whole numbers are no weights.
        Assert.Equal(3, Read(CraftedRecogniser.Graph(forOne: true)).Parameters);
    }

    [Fact]
    public void A_recogniser_of_others_has_the_weights_that_it_is_known_for() =>
        Assert.InRange(OnnxWeights.Read(SharedData.Require("models", "mobilefacenet-apache2.onnx")).Parameters, 950_000, 1_050_000);

    [Fact]
    public void Graphs_that_lie_ever_deeper_are_refused() =>
        Assert.Contains("deep within each other", Assert.Throws<InvalidDataException>(() => Read(CraftedRecogniser.Graph(layers: 60))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Damaged_files_are_read_or_refused_and_nothing_else(int seed)
    {
        var refused = 0;
        foreach (var damaged in Mutations.Of(CraftedRecogniser.Graph(layers: 3, location: "weights"), 5000, seed))
        {
            try
            {
                Assert.True(Read(damaged).Parameters >= 0);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 5000);
    }

    private static OnnxWeights Read(byte[] bytes) => OnnxWeights.Read(new MemoryStream(bytes));
}
