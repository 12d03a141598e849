using BTNet.Evaluation.Reports;
using ScottPlot;
using SkiaSharp;

namespace BTNet.Evaluation.Tests.Reports;

public sealed class ReportFontTests
{
    [Fact]
    public void The_typeface_is_the_one_carried_in_the_library()
    {
        Assert.Equal("DejaVu Sans", ReportFont.Typeface.FamilyName);
        Assert.True(ReportFont.Typeface.GlyphCount > 5000);
    }

    [Theory]
    [InlineData("DejaVu Sans")]
    [InlineData("Arial")]
    [InlineData("no such font")]
    public void Plots_draw_with_it_whatever_name_they_ask_for(string name)
    {
        ReportFont.Register();
        ReportFont.Register();
        var typeface = ScottPlot.Fonts.GetTypeface(name, FontWeight.Bold, FontSlant.Italic, FontSpacing.Normal);
        Assert.Equal("DejaVu Sans", typeface.FamilyName);
        Assert.Equal("DejaVu Sans", ScottPlot.Fonts.GetTypeface(ScottPlot.Fonts.Default, FontWeight.Normal, FontSlant.Upright, FontSpacing.Normal).FamilyName);
    }

    [Fact]
    public void Drawn_text_differs_from_glyph_to_glyph_and_is_no_row_of_empty_boxes()
    {
        var letters = new[] { "A", "i", "×", "é", "ö", "1", "→" }.Select(Draw).ToList();
        Assert.All(letters, pixels => Assert.Contains(pixels, value => value < 100));
        Assert.Equal(letters.Count, letters.Select(pixels => Convert.ToHexString(pixels)).Distinct().Count());
    }

    private static byte[] Draw(string text)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(40, 40, SKColorType.Gray8));
        using var canvas = new SKCanvas(bitmap);
        using var font = new SKFont(ReportFont.Typeface, 30);
        using var paint = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        canvas.Clear(SKColors.White);
        canvas.DrawText(text, 4, 32, SKTextAlign.Left, font, paint);
        canvas.Flush();
        return bitmap.GetPixelSpan().ToArray();
    }

    [Fact]
    public void The_licence_of_the_font_travels_with_it()
    {
        using var stream = typeof(ReportFont).Assembly.GetManifestResourceStream("BTNet.Evaluation.Reports.Fonts.DejaVuSans-LICENSE.txt");
        Assert.NotNull(stream);
        Assert.Contains("Bitstream Vera", new StreamReader(stream).ReadToEnd());
    }
}
