using BTNet.Resolutions;
using BTNet.Training.Data;
using BTNet.Training.Data.Rendered;

namespace BTNet.Training.Tests.Data;

public sealed class ViewSheetTests
{
    private static readonly AugmentationOptions Options = new() { RotationDegrees = 8, GreyShare = 0.2, Reduction = new ReductionOptions { NoiseLevels = 8, BlurPixels = 0.5 } };

    [Fact]
    public void A_page_holds_two_rows_for_each_face_and_a_column_for_each_epoch()
    {
        var source = new RenderedSource(7, 4, 1);
        var page = ViewSheet.Draw(source, [0, 3], Options, Resolution.Of(14), seed: 1, epochs: 5);
        var more = ViewSheet.Draw(source, [0, 3, 1], Options, Resolution.Of(14), seed: 1, epochs: 6);
        Assert.Equal((page.Width + 118, page.Height + 236), (more.Width, more.Height));
        // The last row is of 14 pixels, each drawn eight by eight.
        for (var x = 0; x < 112; x += 8)
        {
            var at = 3 * (((page.Height - 14 - 112) * page.Width) + page.Width - 14 - 112 + x);
            for (var within = 3; within < 24; within++) Assert.Equal(page.Pixels[at + (within % 3)], page.Pixels[at + within]);
        }
    }

    [Fact]
    public void Faulty_options_and_a_resolution_without_a_branch_are_refused()
    {
        var source = new RenderedSource(7, 4, 1);
        Assert.Contains("RotationDegrees", Assert.Throws<InputException>(() => ViewSheet.Draw(source, [0], Options with { RotationDegrees = 90 }, Resolution.Of(14), 1, 2)).Message);
        Assert.Throws<InputException>(() => ViewSheet.Draw(source, [0], Options, Resolution.Full, 1, 2));
    }
}
