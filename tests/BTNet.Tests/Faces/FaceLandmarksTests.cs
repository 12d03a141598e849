using BTNet.Faces;
using FsCheck.Xunit;

namespace BTNet.Tests.Faces;

public sealed class FaceLandmarksTests
{
    private static readonly ImagePoint[] Template = FaceTemplate.Points(112, 5);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1e7)]
    [InlineData(1e300)]
    public void A_coordinate_that_no_picture_has_is_refused(double coordinate)
    {
        AssertRefused([new(1, 2), new(coordinate, 2)], "is no place in a picture");
        AssertRefused([Template[0], Template[1], Template[2], Template[3], new(70, coordinate)], "is no place in a picture");
    }

    [Fact]
    public void Points_in_one_place_are_refused()
    {
        AssertRefused([new(5, 5), new(5, 5)], "in one place");
        AssertRefused([new(0, 0), new(0, 0), new(0, 0), new(0, 0), new(0, 0)], "in one place");
        AssertRefused([new(0, 0), new(1e-200, 0)], "in one place");
    }

    [Fact]
    public void The_persons_left_instead_of_the_viewers_is_noticed_with_five_points() =>
        AssertRefused([Template[1], Template[0], Template[2], Template[4], Template[3]], "swapped");

    [Fact]
    public void Points_that_lie_like_no_face_are_refused() =>
        AssertRefused([new(30, 50), new(70, 50), new(50, 50), new(70, 50), new(30, 50)], "do not lie like a face's");

    [Property]
    public void A_face_of_any_size_and_turn_is_taken_also_in_profile(int seed)
    {
        var random = new Random(seed);
        var transform = SimilarityTransformTests.Any(random);
        // From a frontal view to one a little beyond the strict profile.
        var turned = (random.NextDouble() * 1.3) - 0.3;
        ImagePoint[] points = [.. Template.Select(point => transform.Apply(point with { X = point.X * turned }))];
        Assert.Null(FaceLandmarks.FaultOf(points));
    }

    [Property]
    public void Any_five_numbers_are_a_face_or_refused(double a, double b, double c, double d, double e)
    {
        ImagePoint[] points = [new(a, b), new(c, d), new(e, a), new(b, c), new(d, e)];
        if (FaceLandmarks.FaultOf(points) is null) Assert.InRange(FaceAligner.SizeOf(new FaceLandmarks(points)), 1, 1 << 28);
    }

    private static void AssertRefused(ImagePoint[] points, string reason) =>
        Assert.Contains(reason, Assert.Throws<InputException>(() => new FaceLandmarks(points)).Message, StringComparison.Ordinal);
}
