using System.Numerics.Tensors;
using BTNet.Gallery;
using BTNet.Resolutions;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace BTNet.Tests.Gallery;

public sealed class TemplateFusionTests
{
    private readonly GallerySample _sample = new(seed: 3);

    [Fact]
    public void Ways_are_read_as_they_are_written_and_nothing_else_is()
    {
        TemplateFusion[] ways = [TemplateFusion.Max, TemplateFusion.Mean, TemplateFusion.QualityMean, TemplateFusion.Clusters(2), TemplateFusion.Clusters(16, byQuality: true)];
        Assert.Equal(["max", "mean", "quality-mean", "clusters-2", "quality-clusters-16"], ways.Select(way => way.ToString()));
        Assert.All(ways, way => Assert.Equal(way, TemplateFusion.Parse(way.ToString())));
        Assert.All((string[])["", "Max", "quality-max", "clusters-0", "clusters-17", "clusters-2x", "quality-quality-mean", "mean "], text =>
            Assert.Contains($"'{text}' is no way to fuse faces", Assert.Throws<InputException>(() => TemplateFusion.Parse(text)).Message, StringComparison.Ordinal));
        Assert.Throws<ArgumentOutOfRangeException>(() => TemplateFusion.Clusters(17));
    }

    [Fact]
    public void A_mean_is_that_of_faces_of_length_1_and_by_quality_that_of_useful_ones_more_than_of_others()
    {
        var (one, other) = (_sample.Face(), _sample.Face());
        EnrolledFace[] faces = [new(one.Select(value => 100 * value).ToArray(), Resolution.Of(14)) { Quality = 0.2 }, new(other, Resolution.Full) { Quality = 0.8 }];
        static double Like(FusedTemplate row, float[] face) => TensorPrimitives.CosineSimilarity<float>(row.Embedding.Span, face);

        var mean = Assert.Single(TemplateFusion.Mean.Fuse(faces));
        Assert.Equal(Like(mean, one), Like(mean, other), 1e-5);
        Assert.Equal([0, 1], mean.Faces);
        Assert.Equal(0, mean.Face); // the one of the smallest resolution stands for it
        var useful = Assert.Single(TemplateFusion.QualityMean.Fuse(faces));
        var expected = one.Zip(other, (x, y) => (0.2f * x / TensorPrimitives.Norm<float>(one)) + (0.8f * y / TensorPrimitives.Norm<float>(other))).ToArray();
        Assert.Equal(1, Like(useful, expected), 1e-6);
        // Where nobody said how useful one of them is, resolutions say it of all.
        var sharp = Assert.Single(TemplateFusion.QualityMean.Fuse([faces[0] with { Quality = 1 }, faces[1] with { Quality = null }]));
        Assert.True(Like(sharp, other) > Like(sharp, one) + 0.1);
    }

    [Fact]
    public void Clusters_are_those_that_faces_lie_in_and_every_face_by_itself_where_there_are_no_more_of_them()
    {
        var (left, right) = (_sample.Face(), _sample.Face());
        float[][] drawn = [_sample.Like(left, 0.2), _sample.Like(right, 0.2), _sample.Like(left, 0.2), _sample.Like(right, 0.2), _sample.Like(left, 0.2)];
        EnrolledFace[] faces = [.. drawn.Select(face => new EnrolledFace(face, Resolution.Of(28)))];
        Assert.Equal([[0, 2, 4], [1, 3]], TemplateFusion.Clusters(2).Fuse(faces).Select(row => row.Faces));
        Assert.Equal(5, TemplateFusion.Clusters(9).Fuse(faces).Count);
        Assert.Equal([0, 1, 2, 3, 4], TemplateFusion.Max.Fuse(faces).Select(row => row.Face));
    }

    [Fact]
    public void Faces_that_cancel_out_leave_the_most_useful_of_them()
    {
        var face = _sample.Face();
        var row = Assert.Single(TemplateFusion.Mean.Fuse([new EnrolledFace(face, Resolution.Of(7)), new EnrolledFace(face.Select(value => -value).ToArray(), Resolution.Full)]));
        Assert.Equal(-1, TensorPrimitives.CosineSimilarity<float>(row.Embedding.Span, face), 1e-5);
    }

    [Property(MaxTest = 200)]
    public Property Any_faces_come_to_no_more_rows_than_asked_for_each_of_length_1_of_all_faces_once_and_the_same_each_time() => Prop.ForAll(
        Gen.Choose(1, 12).SelectMany(count => Gen.Choose(1, 5).SelectMany(centres => Gen.Choose(0, int.MaxValue - 1).Select(seed => (count, centres, seed)))).ToArbitrary(), drawn =>
        {
            var (sample, random) = (new GallerySample(drawn.seed, size: 8), new Random(drawn.seed));
            List<float[]> faces = [];
            // Some are the same, and some each other's opposite.
            for (var i = 0; i < drawn.count; i++) faces.Add(i > 0 && random.Next(3) == 0 ? [.. faces[random.Next(i)].Select(value => random.Next(2) == 0 ? value : -value)] : sample.Face());
            EnrolledFace[] enrolled = [.. faces.Select(face => new EnrolledFace(face, Resolution.All[random.Next(Resolution.All.Count)]) { Quality = random.Next(3) == 0 ? null : random.NextDouble() })];
            foreach (var way in (TemplateFusion[])[TemplateFusion.Clusters(drawn.centres), TemplateFusion.Clusters(drawn.centres, byQuality: true)])
            {
                var rows = way.Fuse(enrolled);
                Assert.InRange(rows.Count, 1, Math.Min(drawn.centres, drawn.count));
                Assert.All(rows, row => Assert.Equal(1, TensorPrimitives.Norm<float>(row.Embedding.Span), 1e-5f));
                Assert.Equal(Enumerable.Range(0, drawn.count), rows.SelectMany(row => row.Faces).Order());
                Assert.All(rows, row => Assert.Contains(row.Face, row.Faces));
                Assert.All(rows.Zip(way.Fuse(enrolled)), pair => Assert.True(pair.First.Embedding.Span.SequenceEqual(pair.Second.Embedding.Span)));
            }
        });
}
