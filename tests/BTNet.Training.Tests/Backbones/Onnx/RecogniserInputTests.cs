using BTNet.Faces;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Kernels;
using BTNet.Training.Tests.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Backbones.Onnx;

public sealed class RecogniserInputTests
{
    [Fact]
    public void Pixels_become_what_the_formula_says_in_every_form()
    {
        using var scope = NewDisposeScope();
        FaceImage[] faces = [TestFaces.Pattern(16, 16, 1), TestFaces.Pattern(16, 16, 2)];
        foreach (var input in RecogniserInput.Common)
        {
            foreach (var layout in Enum.GetValues<MapLayout>())
            {
                var exact = input.FromFaces(faces, new MapForm(layout, MapPrecision.Fp32));
                Assert.Equal([2, 3, 16, 16], exact.shape);
                Assert.Equal(layout == MapLayout.ChannelsLast, ChannelMap.Fits(exact));
                foreach (var (face, channel, y, x) in (ReadOnlySpan<(int, int, int, int)>)[(0, 0, 0, 0), (1, 2, 3, 4), (1, 1, 15, 15), (0, 2, 7, 9)])
                {
                    var pixel = faces[face].Pixels[(3 * ((16 * y) + x)) + (input.Order == ColourOrder.Rgb ? channel : 2 - channel)];
                    Assert.Equal(((pixel / 255.0) - input.Mean[channel]) / input.Scale[channel], exact[face, channel, y, x].ToSingle(), 1e-4);
                }

                Assert.True(SmallNetworks.AreEqual(exact.to(ScalarType.BFloat16), input.FromFaces(faces, new MapForm(layout, MapPrecision.Bf16))));
            }
        }
    }

    [Fact]
    public void Minus_one_to_one_is_what_our_own_networks_take()
    {
        using var scope = NewDisposeScope();
        FaceImage[] faces = [TestFaces.Pattern(16, 16, 3)];

        var difference = (RecogniserInput.Named("Signed-RGB").FromFaces(faces, MapForm.Default) - FaceTensor.FromFaces(faces, 0, 1, 16)).abs().max().ToSingle();

        Assert.InRange(difference, 0, 1e-6);
    }

    [Fact]
    public void An_unknown_name_is_refused_with_those_there_are()
        => Assert.Contains("'rgb-7' is no known input of recognisers; expected one of signed-rgb, signed-bgr, ", Assert.Throws<InputException>(() => RecogniserInput.Named("rgb-7")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(1, 0)]
    public void Numbers_that_no_pixel_survives_are_refused(double mean, double scale)
    {
        if (scale != 0 && double.IsFinite(mean)) scale = 0;
        Assert.Throws<InputException>(() => new RecogniserInput("own", ColourOrder.Rgb, [mean, mean, mean], [scale, scale, scale]));
        Assert.Throws<InputException>(() => new RecogniserInput("own", ColourOrder.Rgb, [0, 0], [1, 1, 1]));
    }

    [Fact]
    public void Inputs_with_the_same_numbers_are_equal_whatever_they_are_called()
    {
        var own = new RecogniserInput("own", ColourOrder.Bgr, [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]);

        Assert.Equal(RecogniserInput.Named("signed-bgr"), own);
        Assert.NotEqual(RecogniserInput.Named("signed-rgb"), own);
    }
}
