using BTNet.Embeddings;
using BTNet.Evaluation.Protocols.Ijbc;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Protocols.Ijbc;

/// <summary>
/// 40 people, half of them in each gallery with a template each, and six probes of each: features from a formula, so that another program can compute the same. Faces are no pictures; the first pixel
/// is the image's number.
/// </summary>
internal sealed class DrawnTemplates : IIjbcFaces, IEmbedder
{
    public const int People = 40;
    public const int ProbesEach = 6;
    private readonly List<(int Template, int Medium)> _images = [];
    private readonly HashSet<int> _broken = [];

    public DrawnTemplates()
    {
        for (var template = 0; template < People * (1 + ProbesEach); template++)
        for (var image = 0; image < 1 + (template % 4); image++)
            _images.Add((template, image / 2));
    }

    public string Description => "drawn features";

    public int EmbeddingSize => 24;

    public IReadOnlyList<Resolution> Resolutions { get; init; } = [Resolution.Full, Resolution.Of(14)];

    /// <summary>Images embedded at each resolution, mirrored ones apart.</summary>
    public Dictionary<(int Side, bool Mirrored), int> Seen { get; } = [];

    /// <summary>The images of these templates are broken.</summary>
    public DrawnTemplates WithBroken(params int[] templates)
    {
        _broken.UnionWith(templates);
        return this;
    }

    /// <summary>The set. Template t has the number 1000 + t.</summary>
    public IjbcSet Set(Func<int, bool>? image = null)
    {
        int[] kept = [.. Enumerable.Range(0, _images.Count).Where(image ?? (_ => true))];
        var (mates, strangers) = (new TemplatePairs(), new TemplatePairs());
        for (var person = 0; person < People; person++)
        for (var probe = 0; probe < People * ProbesEach; probe++)
            (probe % People == person ? mates : strangers).Add(person, People + probe);
        IjbcGallery Gallery(string name, int first) => new(name, [.. Enumerable.Range(first, People / 2).Select(person => new TemplateOfSubject(person, person))]);
        return new IjbcSet(
            "drawn templates", [.. Enumerable.Range(1000, People * (1 + ProbesEach))],
            new IjbcImages(
                [.. kept.Select(i => $"{i}.jpg")], [.. kept.Select(i => _images[i].Template)], [.. kept.Select(i => _images[i].Medium)], new float[10 * kept.Length],
                [.. kept.Select(i => 0.5f + (i * 7 % 50 / 100f))]),
            mates, strangers, [Gallery("G1", 0), Gallery("G2", People / 2)], [.. Enumerable.Range(0, People * ProbesEach).Select(probe => new TemplateOfSubject(People + probe, probe % People))], ["Nothing of this is real."]);
    }

    public FaceImage[] See(int image, IReadOnlyList<Resolution> resolutions) => _broken.Contains(_images[image].Template)
        ? throw new InputException($"{image}.jpg: is broken")
        : [.. resolutions.Select(resolution =>
        {
            var pixels = new byte[3 * resolution.Side * resolution.Side];
            (pixels[0], pixels[1], pixels[2]) = ((byte)(image & 255), (byte)(image >> 8), 1);
            return new FaceImage(resolution.Side, resolution.Side, pixels);
        })];

    public EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default) =>
        new(faces.Count, EmbeddingSize, [.. faces.SelectMany(face => Feature(face, resolution.Side))]);

    private float[] Feature(FaceImage face, int side)
    {
        Assert.Equal((side, side), (face.Width, face.Height));
        var mirrored = face.Pixels[2] == 0;
        var pixel = face.Pixels.Slice(mirrored ? 3 * (side - 1) : 0, 3);
        Seen[(side, mirrored)] = Seen.GetValueOrDefault((side, mirrored)) + 1;
        var image = pixel[0] + (pixel[1] << 8);
        var template = _images[image].Template;
        var person = template < People ? template : (template - People) % People;
        return [.. Enumerable.Range(0, EmbeddingSize).Select(d => (float)((1 + (image % 5)) * (Number(person, 0, d) + ((side == 112 ? 1.2 : 2.2) * Number(1000 + image, side + (mirrored ? 500 : 0), d)))))];
    }

    /// <summary>From -0.5 to 0.5.</summary>
    private static double Number(int a, int b, int c)
    {
        var x = ((a * 73856093L) ^ (b * 19349663L) ^ (c * 83492791L)) & 0x7fffffff;
        for (var i = 0; i < 3; i++)
        {
            x = ((x * 1103515245) + 12345) & 0x7fffffff;
            x ^= x >> 11;
        }

        return (x / 2147483648.0) - 0.5;
    }
}
