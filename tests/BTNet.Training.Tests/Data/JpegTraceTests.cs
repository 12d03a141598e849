using BTNet.Faces;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class JpegTraceTests
{
    [Fact]
    public void A_flat_face_stays_wherever_it_lies_in_its_blocks()
    {
        var flat = new FaceImage(14, 14, [.. Enumerable.Repeat((byte)90, 588)]);
        for (var at = 0; at < JpegTrace.Block; at++)
        {
            var compressed = JpegTrace.Leave(flat, 90, at, JpegTrace.Block - 1 - at);
            Assert.Equal((14, 14), (compressed.Width, compressed.Height));
            foreach (var level in compressed.Pixels) Assert.InRange(level, 88, 92);
        }
    }

    [Fact]
    public void Less_is_left_at_lower_quality_and_the_face_stays_in_its_place()
    {
        var face = FaceResizer.Resize(TestFaces.Pattern(112, 112, 1), 14, 14);
        var (good, poor) = (Distance(face, JpegTrace.Leave(face, 95, 3, 5)), Distance(face, JpegTrace.Leave(face, 20, 3, 5)));
        // Colours are kept at half the size, whatever the quality.
        Assert.InRange(good, 0, 15);
        Assert.True(poor > good, $"{poor} at quality 20, {good} at 95");
    }

    [Fact]
    public void Where_it_lies_makes_a_difference()
    {
        var face = FaceResizer.Resize(TestFaces.Pattern(112, 112, 1), 14, 14);
        Assert.NotEqual(JpegTrace.Leave(face, 40, 0, 0).Pixels.ToArray(), JpegTrace.Leave(face, 40, 4, 0).Pixels.ToArray());
    }

    private static double Distance(FaceImage a, FaceImage b) => a.Pixels.ToArray().Zip(b.Pixels.ToArray(), (x, y) => Math.Abs(x - (double)y)).Average();
}
