using System.Xml.Linq;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Reports.Html;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Reports.Html;

public sealed class FacePicturesTests
{
    [Theory]
    [InlineData(25, 40, 25, 40)]
    [InlineData(1000, 600, 176, 106)]
    [InlineData(3, 2000, 1, 176)]
    public void A_face_in_its_own_size_keeps_its_shape_and_photographs_are_reduced(int width, int height, int shownWidth, int shownHeight)
    {
        var shown = Shown(new FaceImage(width, height, new byte[3 * width * height]), null);

        Assert.Equal((shownWidth, shownHeight), (shown.Picture.Width, shown.Picture.Height));
        Assert.Equal($"face at {shownWidth} × {shownHeight} pixels", shown.Text);
    }

    [Fact]
    public void A_face_at_a_resolution_has_its_size() => Assert.Equal((14, "face at 14 pixels"), (Shown(new FaceImage(90, 90, new byte[3 * 90 * 90]), Resolution.Of(14)) is var (picture, text) ? picture.Width : 0, text));

    private static (FaceImage Picture, string Text) Shown(FaceImage face, Resolution? resolution)
    {
        using var writer = new StringWriter();
        var image = new ListedImage("face", () => face);
        new FacePictures(ResampleKernel.Bilinear).Pair("two", (image, resolution), (image, resolution)).WriteTo(writer);
        var drawn = XElement.Parse(writer.ToString()).Descendants("img").First();
        return (FaceDecoder.Decode(Convert.FromBase64String(drawn.Attribute("src")!.Value.Split(',')[1]), "drawn"), drawn.Attribute("alt")!.Value);
    }
}
