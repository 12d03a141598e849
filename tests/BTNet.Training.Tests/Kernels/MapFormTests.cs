using BTNet.Training.Backbones;
using BTNet.Training.Kernels;
using BTNet.Training.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Kernels;

public sealed class MapFormTests
{
    [Theory]
    [InlineData(MapLayout.Planar, MapPrecision.Fp32)]
    [InlineData(MapLayout.Planar, MapPrecision.Bf16)]
    [InlineData(MapLayout.ChannelsLast, MapPrecision.Fp32)]
    [InlineData(MapLayout.ChannelsLast, MapPrecision.Bf16)]
    public void A_map_takes_on_the_form_and_keeps_its_values(MapLayout layout, MapPrecision precision)
    {
        using var scope = NewDisposeScope();
        var map = arange(2 * 8 * 3 * 3).reshape(2, 8, 3, 3).to(ScalarType.Float32);

        var formed = new MapForm(layout, precision).Of(map);

        Assert.Equal(map.shape, formed.shape);
        Assert.Equal(precision == MapPrecision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32, formed.dtype);
        Assert.Equal(layout == MapLayout.ChannelsLast, ChannelMap.Fits(formed));
        Assert.True(formed.to(ScalarType.Float32).equal(map).all().item<bool>());
    }

    [Theory]
    [InlineData("iresnet10", MapLayout.ChannelsLast)]
    [InlineData("iresnet10", MapLayout.Planar)]
    [InlineData("mobilefacenet", MapLayout.ChannelsLast)]
    [InlineData("mobilefacenet", MapLayout.Planar)]
    public void A_network_in_bf16_gives_nearly_the_embeddings_of_single_precision(string name, MapLayout layout)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var trunk = SmallNetworks.Trunk(new BackboneSpec { Name = name, Width = 8, EmbeddingSize = 16 });
        var image = Wave.Image("face", 4, 3, 112, 112);

        var exact = trunk.Forward(new MapForm(layout, MapPrecision.Fp32).Of(image), training: false);
        var rounded = trunk.Forward(new MapForm(layout, MapPrecision.Bf16).Of(image), training: false);

        Assert.Equal(ScalarType.Float32, rounded.dtype);
        var least = nn.functional.cosine_similarity(exact, rounded, dim: 1).min().item<float>();
        Assert.True(least > 0.99, $"the least cosine is {least}");
    }

    [Theory]
    [InlineData(MapLayout.ChannelsLast)]
    [InlineData(MapLayout.Planar)]
    public void A_network_in_bf16_gives_nearly_the_gradients_of_single_precision(MapLayout layout)
    {
        using var scope = NewDisposeScope();
        using var trunk = SmallNetworks.Trunk(new BackboneSpec { Name = "iresnet10", Width = 8, EmbeddingSize = 16 });
        var image = Wave.Image("face", 4, 3, 112, 112);
        Dictionary<string, Tensor> Gradients(MapPrecision precision)
        {
            foreach (var weight in trunk.Weights) weight.Tensor.grad = null;
            var embeddings = trunk.Forward(new MapForm(layout, precision).Of(image), training: true);
            Assert.Equal(ScalarType.Float32, embeddings.dtype);
            embeddings.mul(Wave.Image("weighting", 4, 16)).sum().backward();
            return trunk.Trainable.ToDictionary(weight => weight.Key, weight => weight.Tensor.grad!.clone());
        }

        var exact = Gradients(MapPrecision.Fp32);
        var rounded = Gradients(MapPrecision.Bf16);

        // The direction of the whole gradient; single weights behind many roundings differ more.
        double product = 0, squares = 0, roundedSquares = 0;
        foreach (var (key, gradient) in exact)
        {
            Assert.Equal(ScalarType.Float32, rounded[key].dtype);
            product += gradient.mul(rounded[key]).sum().item<float>();
            squares += gradient.square().sum().item<float>();
            roundedSquares += rounded[key].square().sum().item<float>();
        }

        Assert.InRange(product / Math.Sqrt(squares * roundedSquares), 0.98, 1.0001);
        Assert.InRange(Math.Sqrt(roundedSquares / squares), 0.9, 1.1);
    }
}
