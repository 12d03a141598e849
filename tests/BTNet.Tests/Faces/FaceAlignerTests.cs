using System.Diagnostics;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.TestSupport;

namespace BTNet.Tests.Faces;

public sealed class FaceAlignerTests
{
    private static readonly FaceLandmarks Upright = new(FaceTemplate.Points(112, 5));

    [Fact]
    public void A_photograph_gives_the_face_that_others_aligned_by_the_same_template()
    {
        var (photos, faces) = (SharedData.Require("photos"), SharedData.Require("lfw", "faces"));
        var differences = new List<double>();
        foreach (var (file, found) in LandmarkFile.Read(Path.Combine(photos, "landmarks.csv")))
        {
            var theirs = Path.Combine(faces, file[..file.LastIndexOf('_')], file);
            if (!File.Exists(theirs)) continue;
            var ours = FaceAligner.Align(FaceDecoder.DecodeFile(Path.Combine(photos, file)), Assert.Single(found), 112);
            differences.Add(MeanDifference(ours, FaceDecoder.DecodeFile(theirs)));
        }

        // Both sides are JPEGs, which is where the difference comes from; half a pixel amiss would make it more than 4.
        TestContext.Current.TestOutputHelper!.WriteLine($"{differences.Count} faces: mean {differences.Average():F2}, worst {differences.Max():F2}");
        Assert.InRange(differences.Average(), 0, 2.0);
        Assert.InRange(differences.Max(), 0, 3.0);
    }

    [Theory]
    [InlineData(56, 0.9, 0.9)]
    [InlineData(28, 0.6, 0.6)]
    [InlineData(14, 0.6, 0.9)]
    [InlineData(7, 0.6, 2.2)]
    public void A_photograph_aligned_at_a_branchs_size_is_the_full_face_reduced(int side, double greatestInside, double greatest)
    {
        var photos = SharedData.Require("photos");
        var (inside, whole) = (new List<double>(), new List<double>());
        foreach (var (file, found) in LandmarkFile.Read(Path.Combine(photos, "landmarks.csv")))
        {
            var photo = FaceDecoder.DecodeFile(Path.Combine(photos, file));
            var reduced = FaceResizer.Resize(FaceAligner.Align(photo, found[0], 112), side, side);
            var aligned = FaceAligner.Align(photo, found[0], side);
            whole.Add(MeanDifference(aligned, reduced));
            inside.Add(MeanDifference(WithoutBorder(aligned), WithoutBorder(reduced)));
        }

        // A border pixel of the reduction knows nothing of what lies beyond the full face; the aligned one does.
        TestContext.Current.TestOutputHelper!.WriteLine($"{side} px: mean {whole.Average():F2}, worst {whole.Max():F2}; within the border {inside.Average():F2}, {inside.Max():F2}");
        Assert.InRange(inside.Average(), 0, greatestInside);
        Assert.InRange(whole.Average(), 0, greatest);
    }

    [Fact]
    public void A_face_that_is_aligned_already_stays_as_it_is_to_the_bit()
    {
        var face = SyntheticPixels.Blocky(112, 112);
        Assert.True(FaceAligner.Align(face, Upright, 112).Pixels.SequenceEqual(face.Pixels));
        Assert.Equal(112, FaceAligner.SizeOf(Upright));
    }

    [Theory]
    [InlineData(112, 56)]
    [InlineData(112, 14)]
    [InlineData(112, 7)]
    [InlineData(250, 112)]
    [InlineData(90, 28)]
    public void An_upright_face_is_cut_out_and_reduced_as_the_resizer_does_it(int size, int side)
    {
        var face = SyntheticPixels.Blocky(size, size);
        var aligned = FaceAligner.Align(face, new FaceLandmarks(FaceTemplate.Points(size, 5)), side);
        var reduced = FaceResizer.Resize(face, side, side);
        // At the border the resizer has no pixels to go on with, and the aligner has black ones.
        Assert.InRange(SyntheticPixels.GreatestDifference(WithoutBorder(aligned).Pixels, WithoutBorder(reduced).Pixels), 0, 1);
    }

    [Theory]
    [InlineData(0, 112, 0.5)]
    [InlineData(1, 112, 0.5)]
    [InlineData(2, 56, 0.5)]
    [InlineData(3, 28, 0.7)]
    [InlineData(4, 14, 1.5)] // The grid's step is long enough here to soften the waves of the picture a little.
    [InlineData(5, 7, 3)]
    public void A_picture_that_was_turned_scaled_and_shifted_comes_back(int seed, int side, double greatest)
    {
        var random = new Random(seed);
        for (var round = 0; round < 12; round++)
        {
            // A face of half the grid's size to five times it, at any angle, near the middle of a photograph.
            var scale = side / 112.0 * (0.5 + (4.5 * random.NextDouble()));
            var angle = 2 * Math.PI * random.NextDouble();
            var photoSide = (int)(112 * scale * 1.6) + 20;
            var turn = new SimilarityTransform(scale * Math.Cos(angle), scale * Math.Sin(angle), 0, 0);
            var middle = turn.Apply(new ImagePoint(55.5, 55.5));
            var toPhoto = turn with { X = (photoSide / 2.0) - middle.X, Y = (photoSide / 2.0) - middle.Y };
            var photo = Seen(photoSide, toPhoto.Inverse());

            var aligned = FaceAligner.Align(photo, new FaceLandmarks([.. Upright.Points.Select(toPhoto.Apply)]), side);

            var expected = Seen(side, new SimilarityTransform(112.0 / side, 0, (112.0 / side / 2) - 0.5, (112.0 / side / 2) - 0.5));
            Assert.InRange(MeanDifference(aligned, expected), 0, greatest);
            Assert.InRange(SyntheticPixels.GreatestDifference(aligned.Pixels, expected.Pixels), 0, 4 * greatest);
        }
    }

    [Fact]
    public void The_eyes_alone_are_enough()
    {
        var face = SyntheticPixels.Blocky(112, 112);
        var eyes = new FaceLandmarks(Upright.Points[0], Upright.Points[1]);
        Assert.InRange(SyntheticPixels.GreatestDifference(face.Pixels, FaceAligner.Align(face, eyes, 112).Pixels), 0, 1);
        Assert.Equal(112, FaceAligner.SizeOf(eyes));
    }

    [Fact]
    public void Swapped_eyes_are_an_upside_down_face()
    {
        var face = SyntheticPixels.Smooth(112, 112);
        var (left, right) = (Upright.Points[0], Upright.Points[1]);
        var upsideDown = FaceAligner.TransformTo(new FaceLandmarks(right, left), 112);
        Assert.Equal(Math.PI, Math.Abs(upsideDown.Angle), 1e-9);
        Assert.Equal(right.X, upsideDown.Apply(left).X, 1e-9);
        Assert.Equal(112, FaceAligner.Align(face, new FaceLandmarks(right, left), 112).Width);
    }

    [Fact]
    public void What_lies_outside_of_the_photograph_is_black()
    {
        var photo = SyntheticPixels.Flat(112, 112, 200, 100, 50);
        // The face is cut in half by the left border.
        var aligned = FaceAligner.Align(photo, new FaceLandmarks([.. Upright.Points.Select(point => point with { X = point.X - 56 })]), 112);
        for (var y = 0; y < 112; y++)
        {
            var row = aligned.Pixels.Slice(3 * 112 * y, 3 * 112);
            Assert.False(row[..(3 * 56)].ContainsAnyExcept((byte)0));
            Assert.Equal([200, 100, 50], row.Slice(3 * 57, 3).ToArray());
        }

        var far = FaceAligner.Align(photo, new FaceLandmarks([.. Upright.Points.Select(point => point with { X = point.X + 1e5 })]), 112);
        Assert.False(far.Pixels.ContainsAnyExcept((byte)0));
    }

    [Theory]
    [InlineData(3, 7)]
    [InlineData(7, 7)]
    [InlineData(8, 14)]
    [InlineData(28, 28)]
    [InlineData(29, 56)]
    [InlineData(112, 112)]
    [InlineData(1000, 112)]
    public void The_size_of_a_face_chooses_its_branch(int size, int side)
    {
        // At an angle, which the size does not depend on.
        var turn = new SimilarityTransform(0.6, 0.8, 30, 40);
        var landmarks = new FaceLandmarks([.. FaceTemplate.Points(size, 5).Select(turn.Apply)]);
        Assert.Equal(size, FaceAligner.SizeOf(landmarks));
        Assert.Equal(side, new ResolutionLadder(Resolution.All).Choose(size, size).Side);
    }

    [Fact]
    public void Landmarks_far_apart_cost_no_more_than_the_photograph_has_pixels()
    {
        var photo = SyntheticPixels.Flat(1000, 1000, 1, 2, 3);
        var clock = Stopwatch.StartNew();
        FaceAligner.Align(photo, new FaceLandmarks(new(-1e6, 500), new(1e6, 500)), 112);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Nothing_is_allocated_a_pixel()
    {
        var photo = SyntheticPixels.Smooth(250, 250);
        var landmarks = new FaceLandmarks(FaceTemplate.Points(250, 5));
        FaceAligner.Align(photo, landmarks, 112);
        // The least of a few: now and then the runtime itself allocates between.
        var least = Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            FaceAligner.Align(photo, landmarks, 112);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.InRange(least, 3 * 112 * 112, (3 * 112 * 112) + 4096);
    }

    [Fact]
    public void A_side_that_no_picture_has_is_a_programming_mistake()
    {
        var photo = SyntheticPixels.Flat(9, 9, 1, 2, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => FaceAligner.Align(photo, Upright, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => FaceAligner.Align(photo, Upright, 1 << 20));
    }

    /// <summary>A smooth picture without end, as a grid of pixels sees it.</summary>
    private static FaceImage Seen(int side, SimilarityTransform toPicture) => SyntheticPixels.Make(side, side, (x, y, c) =>
    {
        var at = toPicture.Apply(new ImagePoint(x, y));
        return (int)Math.Round(128 + (60 * Math.Sin((at.X / 23) + c)) + (50 * Math.Cos((at.Y / 31) - c)));
    });

    private static FaceImage WithoutBorder(FaceImage image) => SyntheticPixels.Make(
        image.Width - 2, image.Height - 2, (x, y, c) => image.Pixels[(3 * (((y + 1) * image.Width) + x + 1)) + c]);

    private static double MeanDifference(FaceImage left, FaceImage right)
    {
        Assert.Equal((left.Width, left.Height), (right.Width, right.Height));
        var sum = 0L;
        for (var i = 0; i < left.Pixels.Length; i++) sum += Math.Abs(left.Pixels[i] - right.Pixels[i]);
        return (double)sum / left.Pixels.Length;
    }
}
