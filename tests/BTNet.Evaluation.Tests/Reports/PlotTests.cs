using BTNet.Evaluation.Reports;
using BTNet.TestSupport;
using SkiaSharp;

namespace BTNet.Evaluation.Tests.Reports;

public sealed class PlotTests
{
    [Fact]
    public void A_roc_plot_is_a_picture_with_a_title_and_coloured_curves()
    {
        using var picture = Decode(RocPlot.Draw(SampleReports.Branches));
        Assert.Equal((1320, 780), (picture.Width, picture.Height));
        Assert.True(DarkPixels(picture, 0, 50) > 300, "no title");
        Assert.True(Count(picture, new SKColor(0x00, 0x72, 0xB2)) > 200, "no curve of the first colour");
    }

    [Fact]
    public void Another_title_of_the_same_length_gives_other_pixels()
    {
        var curves = SampleReports.Branches.Results.Select(result => (result.Resolutions.ToString(), result.Roc)).ToList();
        using var first = Decode(RocPlot.Draw("aaaaaaaa", curves));
        using var second = Decode(RocPlot.Draw("eeeeeeee", curves));
        Assert.NotEqual(Rows(first, 0, 50), Rows(second, 0, 50));
        Assert.Equal(Rows(first, 100, 700), Rows(second, 100, 700));
    }

    [Fact]
    public void A_heat_map_colours_measured_cells_by_viridis_and_leaves_the_others_grey()
    {
        using var picture = Decode(HeatMapPlot.Draw(SampleReports.Branches));
        var accuracy = SampleReports.Branches.Results[0].Accuracy.Mean;
        var expected = new ScottPlot.Colormaps.Viridis().GetColor((accuracy - .5) / .5);
        Assert.True(Count(picture, new SKColor(expected.R, expected.G, expected.B)) > 5000, "the first cell has not its colour");
        Assert.True(Count(picture, new SKColor(0xEE, 0xEE, 0xEE)) > 5000, "no grey cells");
    }

    [Fact]
    public void A_long_title_is_broken_into_lines_and_not_cut_off()
    {
        var report = SampleReports.Branches with { PairSet = "4000 pairs of 120 synthetic people, none of whom the network was trained on" };
        foreach (var png in new[] { HeatMapPlot.Draw(report), RocPlot.Draw(report) })
        {
            using var picture = Decode(png);
            foreach (var x in new[] { 0, 1, 2, picture.Width - 3, picture.Width - 2, picture.Width - 1 })
                Assert.All(Enumerable.Range(0, 60), y => Assert.Equal(SKColors.White, picture.GetPixel(x, y)));
        }
    }

    [Fact]
    public void Curves_are_drawn_from_one_value_many_values_and_none()
    {
        var steps = Enumerable.Range(0, 20_000).Select(step => (double)step).ToArray();
        byte[][] drawn =
        [
            CurvePlot.Draw("loss", "step", "loss", new CurveSeries("loss", steps, [.. steps.Select(step => Math.Exp(-step / 5000) + (step % 7 / 50))])),
            CurvePlot.Draw("loss", "step", "loss", new CurveSeries("loss", [3], [1.5])),
            CurvePlot.Draw("loss", "step", "loss", new CurveSeries("loss", [1, 2], [double.NaN, double.PositiveInfinity])),
        ];
        var coloured = drawn.Select(png =>
        {
            using var picture = Decode(png);
            Assert.Equal((1320, 720), (picture.Width, picture.Height));
            return Count(picture, new SKColor(0x00, 0x72, 0xB2), right: 900);
        }).ToArray();
        Assert.True(coloured[0] > 1000 && coloured[1] is > 20 and < 1000 && coloured[2] == 0, string.Join(", ", coloured));
    }

    [Fact]
    public void Places_and_values_of_a_curve_must_be_as_many() =>
        Assert.Throws<ArgumentException>(() => CurvePlot.Draw("loss", "step", "loss", new CurveSeries("loss", [1, 2], [1])));

    [Fact]
    public void Plots_reach_their_files()
    {
        using var folder = new TemporaryFolder();
        RocPlot.Write(folder.File("roc.png"), SampleReports.Branches);
        HeatMapPlot.Write(folder.File("map.png"), SampleReports.Branches);
        CurvePlot.Write(folder.File("loss.png"), "loss", "step", "loss", new CurveSeries("loss", [1, 2], [2, 1]));
        Assert.Equal(3, Directory.GetFiles(folder.Path, "*.png").Length);
        Assert.All(Directory.GetFiles(folder.Path), file => Decode(File.ReadAllBytes(file)).Dispose());
    }

    private static SKBitmap Decode(byte[] png)
    {
        var picture = SKBitmap.Decode(png);
        Assert.NotNull(picture);
        return picture;
    }

    private static int Count(SKBitmap picture, SKColor color, int right = int.MaxValue)
    {
        var count = 0;
        for (var y = 0; y < picture.Height; y++)
        for (var x = 0; x < Math.Min(right, picture.Width); x++)
        {
            var pixel = picture.GetPixel(x, y);
            if (Math.Abs(pixel.Red - color.Red) + Math.Abs(pixel.Green - color.Green) + Math.Abs(pixel.Blue - color.Blue) <= 6) count++;
        }

        return count;
    }

    private static int DarkPixels(SKBitmap picture, int top, int bottom) => Rows(picture, top, bottom).Count(value => value < 100);

    private static byte[] Rows(SKBitmap picture, int top, int bottom) =>
        [.. Enumerable.Range(top, bottom - top).SelectMany(y => Enumerable.Range(0, picture.Width).Select(x => picture.GetPixel(x, y).Green))];
}
