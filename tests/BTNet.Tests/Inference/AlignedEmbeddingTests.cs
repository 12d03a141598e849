using System.Numerics.Tensors;
using BTNet.Faces;
using BTNet.TestSupport;

namespace BTNet.Tests.Inference;

public sealed class AlignedEmbeddingTests
{
    [Fact]
    public void A_face_cut_out_of_a_photograph_has_the_embedding_of_the_well_aligned_crop()
    {
        var (photos, faces) = (SharedData.Require("photos"), SharedData.Require("lfw", "faces"));
        using var recogniser = new SharedRecogniser();
        List<double> cosines = [];
        foreach (var (file, found) in LandmarkFile.Read(Path.Combine(photos, "landmarks.csv")))
        {
            var ours = FaceAligner.Align(FaceDecoder.DecodeFile(Path.Combine(photos, file)), Assert.Single(found), 112);
            var name = Path.GetFileNameWithoutExtension(file);
            var crop = FaceDecoder.DecodeFile(Path.Combine(faces, name[..^5], $"{name}.jpg"));
            cosines.Add(TensorPrimitives.CosineSimilarity<float>(recogniser.Embed(ours), recogniser.Embed(crop)));
        }

        Assert.Equal(40, cosines.Count);
        Assert.All(cosines, cosine => Assert.InRange(cosine, 0.95, 1.0001));
    }
}
