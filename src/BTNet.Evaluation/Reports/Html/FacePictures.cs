using BTNet.Evaluation.Protocols;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>
/// Pictures of faces that lie within the page, shown pixel by pixel: reduced as the network saw them, or, of faces that come in sizes of their own, in these. They are people's faces, and their files often bear people's names, so they are shown only to who asks.
/// </summary>
/// <param name="reduction">How faces were reduced.</param>
internal sealed class FacePictures(ResampleKernel reduction)
{
    // Above this many pixels a JPEG is smaller, and its losses are not seen.
    private const int LargestPng = 56;

    // Whoever enrols photographs of some megapixels does not want them all in a page.
    private const int LargestSide = 176;
    private const int Shown = 88;

    /// <summary>Some pairs of faces under a heading; nothing where there are none.</summary>
    public static IEnumerable<Node> Group(string heading, IReadOnlyList<Element> pairs)
    {
        if (pairs.Count == 0) yield break;
        yield return new Element("p", heading).Class("kind");
        yield return new Element("div", pairs).Class("faces");
    }

    /// <summary>Two faces beside each other with their names. Without a resolution they are shown in the size that they have.</summary>
    public Element Pair(string caption, (ListedImage Image, Resolution? Resolution) first, (ListedImage Image, Resolution? Resolution) second) => new Element(
        "figure", new Element("div", Face(first.Image, first.Resolution), Face(second.Image, second.Resolution)).Class("two"),
        new Element("figcaption", caption, new Element("br"), new Element("bdi", first.Image.Name), new Element("br"), new Element("bdi", second.Image.Name))).Class("pair");

    private Element Face(ListedImage image, Resolution? resolution)
    {
        FaceImage face;
        try
        {
            face = image.Decode();
            var (width, height) = resolution is { Side: var side } ? (side, side) : Within(face, LargestSide);
            if ((width, height) != (face.Width, face.Height)) face = FaceResizer.Resize(face, width, height, reduction);
        }
        catch (InputException fault)
        {
            // It could be read when it was measured, and no longer can.
            return new Element("span", $"cannot be shown: {fault.Message}").Class("lost");
        }

        var (kind, bytes) = Math.Max(face.Width, face.Height) <= LargestPng ? ("png", FaceEncoder.EncodePng(face)) : ("jpeg", FaceEncoder.EncodeJpeg(face, 85));
        return new Element("img").With("src", $"data:image/{kind};base64,{Convert.ToBase64String(bytes)}").With("width", $"{Shown}").With("height", $"{Shown}").With("alt", $"{image.Name} at {resolution?.ToString() ?? $"{face.Width} × {face.Height}"} pixels");
    }

    /// <summary>The size of a face of which no side is to be longer.</summary>
    private static (int Width, int Height) Within(FaceImage face, int longest)
    {
        var longer = Math.Max(face.Width, face.Height);
        int Side(int side) => longer <= longest ? side : Math.Max(1, (int)Math.Round((double)side * longest / longer));
        return (Side(face.Width), Side(face.Height));
    }
}
