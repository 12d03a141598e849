using System.Buffers.Binary;
using System.Numerics.Tensors;
using BTNet.Embeddings;
using BTNet.Evaluation.Protocols.Ijbc;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Benchmarks;

/// <summary>Faces that are no pictures: their first pixels are their image's number.</summary>
internal sealed class NumberFaces : IIjbcFaces
{
    public FaceImage[] See(int image, IReadOnlyList<Resolution> resolutions)
    {
        var faces = new FaceImage[resolutions.Count];
        for (var i = 0; i < faces.Length; i++)
        {
            var pixels = new byte[3 * resolutions[i].Side * resolutions[i].Side];
            BinaryPrimitives.WriteInt32LittleEndian(pixels, image);
            faces[i] = new FaceImage(resolutions[i].Side, resolutions[i].Side, pixels);
        }

        return faces;
    }
}

/// <summary>Makes 512 numbers of such a face: a direction of its person, and noise that grows as the resolution falls.</summary>
internal sealed class NumberEmbedder(IjbcSet set) : IEmbedder
{
    private const int Size = 512;
    private const float NoiseAtFull = 6f;
    private readonly float[][] _people = [.. Enumerable.Range(0, SyntheticIjbc.People).Select(person => Drawn((ulong)person << 40))];

    public string Description => "generated features";

    public int EmbeddingSize => Size;

    public IReadOnlyList<Resolution> Resolutions => Resolution.All;

    public EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default)
    {
        var values = new float[faces.Count * Size];
        var noise = NoiseAtFull * MathF.Pow((float)Resolution.Full.Side / resolution.Side, 0.5f);
        Parallel.For(0, faces.Count, i =>
        {
            var image = BinaryPrimitives.ReadInt32LittleEndian(faces[i].Pixels);
            var person = _people[SyntheticIjbc.SubjectOf(set.TemplateIds[set.Images.Templates[image]])];
            TensorPrimitives.MultiplyAdd(Drawn(((ulong)image << 8) + (ulong)resolution.Side + 1), noise, person, values.AsSpan(i * Size, Size));
        });
        return new EmbeddingMatrix(faces.Count, Size, values);
    }

    /// <summary>Numbers from -1 to 1 by SplitMix64 (Steele, Lea and Flood 2014), two of each step.</summary>
    private static float[] Drawn(ulong seed)
    {
        var numbers = new float[Size];
        var state = seed * 0xD1342543DE82EF95;
        for (var i = 0; i < Size; i += 2)
        {
            state += 0x9E3779B97F4A7C15;
            var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            mixed ^= mixed >> 31;
            (numbers[i], numbers[i + 1]) = ((int)mixed / 2147483648f, (int)(mixed >> 32) / 2147483648f);
        }

        return numbers;
    }
}
