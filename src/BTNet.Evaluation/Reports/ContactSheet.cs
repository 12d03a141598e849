using BTNet.Faces;
using BTNet.Resolutions;
using SkiaSharp;

namespace BTNet.Evaluation.Reports;

/// <summary>One line of a contact sheet.</summary>
/// <param name="Label">What stands before the faces.</param>
/// <param name="Faces">One face a column, of any size.</param>
public sealed record ContactSheetRow(string Label, IReadOnlyList<FaceImage> Faces);

/// <summary>A page of faces in rows, each enlarged pixel by pixel to the same size, so that one sees what a network sees.</summary>
public static class ContactSheet
{
    private const int Cell = 112;
    private const int Gap = 6;
    private const int Margin = 14;
    private const float TitleSize = 17;
    private const float LabelSize = 13;
    private static readonly SKColor Ink = new(34, 34, 40);

    /// <summary>A row for each resolution of the pyramid, from 112 down to 7, with every face reduced to it.</summary>
    /// <param name="faces">The columns: square faces, at 112 x 112 for the first row to show them as they are.</param>
    public static IReadOnlyList<ContactSheetRow> AtEachResolution(IReadOnlyList<FaceImage> faces)
    {
        ArgumentNullException.ThrowIfNull(faces);
        return [.. Resolution.All.Select(level => new ContactSheetRow($"{level} x {level}", [.. faces.Select(face => FaceResizer.Resize(face, level.Side, level.Side))]))];
    }

    /// <summary>Draws the page: the title, then a row of 112 x 112 cells for each label.</summary>
    /// <param name="title">What the page shows, such as <c>What each resolution looks like (synthetic faces)</c>.</param>
    /// <param name="rows">The rows, at least one, with the same number of faces, at least one.</param>
    /// <returns>A picture on white, as wide as the cells or the title need.</returns>
    /// <exception cref="ArgumentException">There is no row or no face, or the rows differ in length.</exception>
    public static FaceImage Draw(string title, IReadOnlyList<ContactSheetRow> rows)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0 || rows[0].Faces.Count == 0) throw new ArgumentException("a contact sheet needs a row with a face", nameof(rows));
        if (rows.Any(row => row.Faces.Count != rows[0].Faces.Count)) throw new ArgumentException("the rows of a contact sheet need the same number of faces", nameof(rows));

        using var titleFont = new SKFont(ReportFont.Typeface, TitleSize);
        using var labelFont = new SKFont(ReportFont.Typeface, LabelSize);
        var left = Margin + (int)MathF.Ceiling(rows.Max(row => labelFont.MeasureText(row.Label))) + (2 * Gap);
        var top = Margin + (int)MathF.Ceiling(titleFont.Spacing) + Gap;
        var columns = rows[0].Faces.Count;
        var width = Math.Max(left + (columns * (Cell + Gap)) - Gap, Margin + (int)MathF.Ceiling(titleFont.MeasureText(title))) + Margin;
        var height = top + (rows.Count * (Cell + Gap)) - Gap + Margin;

        using var page = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(page))
        using (var paint = new SKPaint { Color = Ink, IsAntialias = true })
        {
            canvas.Clear(SKColors.White);
            canvas.DrawText(title, Margin, Margin - titleFont.Metrics.Ascent, SKTextAlign.Left, titleFont, paint);
            for (var row = 0; row < rows.Count; row++)
            {
                var middle = top + (row * (Cell + Gap)) + (Cell / 2f);
                canvas.DrawText(rows[row].Label, left - (2 * Gap), middle - ((labelFont.Metrics.Ascent + labelFont.Metrics.Descent) / 2), SKTextAlign.Right, labelFont, paint);
            }
        }

        var pixels = WithoutAlpha(page);
        for (var row = 0; row < rows.Count; row++)
        for (var column = 0; column < columns; column++)
            Place(rows[row].Faces[column], pixels, width, left + (column * (Cell + Gap)), top + (row * (Cell + Gap)));
        return new FaceImage(width, height, pixels);
    }

    private static byte[] WithoutAlpha(SKBitmap page)
    {
        var rgba = page.GetPixelSpan();
        var pixels = new byte[rgba.Length / 4 * 3];
        for (int from = 0, to = 0; to < pixels.Length; from += 4, to += 3)
            rgba.Slice(from, 3).CopyTo(pixels.AsSpan(to));
        return pixels;
    }

    /// <summary>Copies a face into its cell by the nearest pixel: smoothing would show more than is there.</summary>
    private static void Place(FaceImage face, Span<byte> pixels, int width, int left, int top)
    {
        for (var y = 0; y < Cell; y++)
        for (var x = 0; x < Cell; x++)
        {
            var from = 3 * ((y * face.Height / Cell * face.Width) + (x * face.Width / Cell));
            face.Pixels.Slice(from, 3).CopyTo(pixels[(3 * (((top + y) * width) + left + x))..]);
        }
    }
}
