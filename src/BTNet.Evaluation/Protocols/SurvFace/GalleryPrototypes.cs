using BTNet.Embeddings;

namespace BTNet.Evaluation.Protocols.SurvFace;

/// <summary>Makes a vector of each enrolled person.</summary>
internal static class GalleryPrototypes
{
    /// <summary>The prototypes at length 1, a row a person.</summary>
    /// <param name="faces">A row of the gallery and the raw embedding of each of its faces.</param>
    /// <param name="people">How many rows there are.</param>
    /// <param name="size">Numbers in an embedding.</param>
    /// <param name="prototype">How the faces of a person are joined.</param>
    public static EmbeddingMatrix Of(IEnumerable<(int Person, float[] Face)> faces, int people, int size, GalleryPrototype prototype)
    {
        var sums = new double[people * size];
        foreach (var (person, face) in faces)
        {
            var scale = prototype == GalleryPrototype.Raw ? 1 : 1 / Math.Sqrt(face.Sum(value => (double)value * value));
            if (!double.IsFinite(scale)) continue; // of a face without a direction
            for (var i = 0; i < size; i++) sums[(person * size) + i] += scale * face[i];
        }

        // The mean has the direction of the sum, and nothing but the direction is compared.
        for (var person = 0; person < people; person++)
        {
            var sum = sums.AsSpan(person * size, size);
            double squares = 0;
            foreach (var value in sum) squares += value * value;
            if (squares > 0)
                foreach (ref var value in sum) value /= Math.Sqrt(squares);
        }

        return new EmbeddingMatrix(people, size, [.. sums.Select(value => (float)value)]);
    }
}
