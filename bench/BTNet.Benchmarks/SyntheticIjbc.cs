using System.Globalization;

namespace BTNet.Benchmarks;

/// <summary>
/// Lists of IJB-C's size: 3,531 people in two galleries with a template each, 19,593 probes, pairs of a gallery's template and a probe, and images in media of a few frames. Whom a template shows follows from its number.
/// </summary>
internal sealed class SyntheticIjbc(int images, int strangers)
{
    public const int FirstGallery = 1_772;
    public const int People = FirstGallery + 1_759;
    public const int Probes = 19_593;
    private const int Mates = 19_557;
    private const int FramesOfMedium = 4;

    /// <summary>Templates 1 to 3,531 are enrolled, a person each; probes go round among these people.</summary>
    public static int SubjectOf(int template) => (template - 1) % People;

    public void Write(string folder)
    {
        var (templates, random) = (People + Probes, new Random(1));
        Lines(folder, "ijbc_face_tid_mid.txt", images, (i, text) => text.Write(string.Create(CultureInfo.InvariantCulture, $"{i + 1}.jpg {TemplateOf(i)} {i / FramesOfMedium}\n")));
        Lines(folder, "ijbc_name_5pts_score.txt", images, (i, text) => text.Write(string.Create(CultureInfo.InvariantCulture, $"{i + 1}.jpg 38.29 51.70 73.53 51.50 56.03 71.74 41.55 92.37 70.73 92.20 {random.NextDouble():F4}\n")));
        Lines(folder, "ijbc_template_pair_label.txt", Mates + strangers, (i, text) =>
        {
            // The first of the pairs, wrapped round over the probes, are of one person.
            var probe = People + 1 + (i < Mates ? i % Probes : random.Next(Probes));
            var enrolled = i < Mates ? SubjectOf(probe) + 1 : Other(SubjectOf(probe)) + 1;
            text.Write(string.Create(CultureInfo.InvariantCulture, $"{enrolled} {probe} {(i < Mates ? 1 : 0)}\n"));
        });
        Table(folder, "ijbc_1N_gallery_G1.csv", 1, FirstGallery);
        Table(folder, "ijbc_1N_gallery_G2.csv", FirstGallery + 1, People - FirstGallery);
        Table(folder, "ijbc_1N_probe_mixed.csv", People + 1, Probes);

        int TemplateOf(int image) => 1 + (int)((long)image * templates / images);

        int Other(int person) => (person + 1 + random.Next(People - 1)) % People;
    }

    private static void Table(string folder, string name, int first, int count) => Lines(folder, name, count + 1, (i, text) =>
        text.Write(i == 0 ? "TEMPLATE_ID,SUBJECT_ID\n" : string.Create(CultureInfo.InvariantCulture, $"{first + i - 1},{SubjectOf(first + i - 1)}\n")));

    private static void Lines(string folder, string name, int count, Action<int, StreamWriter> write)
    {
        using var text = new StreamWriter(Path.Combine(folder, name));
        for (var i = 0; i < count; i++) write(i, text);
    }
}
