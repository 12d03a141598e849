using BTNet.Faces;
using BTNet.Inference;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Data.Rendered;
using BTNet.Training.Export;

namespace BTNet.Training.Tests.Export;

public sealed class AppearanceFitTests
{
    private static readonly Resolution[] Levels = [Resolution.Full, Resolution.Of(14), Resolution.Of(7)];

    [Fact]
    public void Seven_pixels_have_their_own_grid_and_all_larger_faces_another()
    {
        var faces = Drawn(200);
        Assert.Equal([7, 10], AppearanceFit.Of(faces, Levels, TestContext.Current.CancellationToken).Select(one => one.Grid));
        Assert.Equal([10], AppearanceFit.Of(faces, [Resolution.Full], TestContext.Current.CancellationToken).Select(one => one.Grid));
        Assert.All(AppearanceFit.Of(faces, Levels, TestContext.Current.CancellationToken), one => Assert.True(one.Faces == 200 && double.IsFinite(one.Limit)));
    }

    [Fact]
    public void From_too_few_faces_nothing_is_learnt_and_pictures_of_one_colour_do_not_count()
    {
        var faces = Drawn(199);
        Assert.Empty(AppearanceFit.Of(faces, Levels, TestContext.Current.CancellationToken));
        Assert.Empty(AppearanceFit.Of([.. faces, new FaceImage(112, 112, new byte[3 * 112 * 112])], Levels, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void On_real_faces_of_other_people_few_are_doubted_and_most_that_are_moved_are_odder_than_before()
    {
        // Of each list every second person, so that the test is quick.
        var known = Real("calibration-identities.txt", 300);
        var others = Real("development-identities.txt", 200);
        foreach (var likeness in AppearanceFit.Of(known, Levels, TestContext.Current.CancellationToken).Select(one => new FaceLikeness(one)))
        {
            var moved = others.Select((face, i) => Moved(face, i % 2 == 0 ? 34 : -34)).ToList();
            Assert.InRange(others.Average(face => likeness.Oddness(face) > likeness.Limit ? 1.0 : 0), 0, 0.06);
            Assert.InRange(others.Zip(moved).Average(pair => likeness.Oddness(pair.Second) > likeness.Oddness(pair.First) ? 1.0 : 0), 0.9, 1);
            Assert.InRange(moved.Average(face => likeness.Oddness(face) > likeness.Limit ? 1.0 : 0), 0.35, 1);
            // Half as bright and with half the contrast, it is the same face, but for the rounding to whole grey levels.
            Assert.All(others.Take(50), face => Assert.Equal(likeness.Oddness(face), likeness.Oddness(Dimmed(face)), 2.0));
        }
    }

    private static FaceImage[] Drawn(int count)
    {
        var source = new RenderedSource(seed: 3, count, imagesPerIdentity: 1);
        return [.. Enumerable.Range(0, count).Select(source.Load)];
    }

    private static FaceImage[] Real(string list, int count) =>
    [
        .. File.ReadLines(SharedData.Require("lfw", list)).Where((_, i) => i % 2 == 0).Take(count)
            .Select(person => FaceDecoder.DecodeFile(Directory.GetFiles(SharedData.Require("lfw", "faces", person)).Order(StringComparer.Ordinal).First()))
    ];

    private static FaceImage Moved(FaceImage face, int right)
    {
        var pixels = new byte[face.Pixels.Length];
        for (var i = 0; i < pixels.Length / 3; i++)
            face.Pixels.Slice(3 * ((i / face.Width * face.Width) + Math.Clamp((i % face.Width) + right, 0, face.Width - 1)), 3).CopyTo(pixels.AsSpan(3 * i));
        return new FaceImage(face.Width, face.Height, pixels);
    }

    private static FaceImage Dimmed(FaceImage face)
    {
        var pixels = face.Pixels.ToArray();
        for (var i = 0; i < pixels.Length; i++) pixels[i] /= 2;
        return new FaceImage(face.Width, face.Height, pixels);
    }
}
