using BTNet.Evaluation.Matlab;
using BTNet.Evaluation.Tests.Matlab;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Faces;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Protocols.SurvFace;

/// <summary>QMUL-SurvFace's layout with rendered patterns of many sizes.</summary>
internal sealed class SurvFaceFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Root => _folder.Path;

    public string TestSet => _folder.File("Face_Identification_Test_Set");

    public string Pairs => _folder.File("Face_Verification_Test_Set");

    /// <summary>People 1 to so many with enrolled faces and probes, and strangers. The probes' list has the people the other way round, so that to number them by first appearance goes wrong.</summary>
    public SurvFaceFolder Fill(int people = 6, int enrolled = 2, int probes = 2, int strangers = 12, double noise = 60, double spread = 1)
    {
        var gallery = (from person in Enumerable.Range(1, people) from face in Enumerable.Range(0, enrolled) select (Name: $"{person:000}_cam1_{face}.png", Person: person, Face: face)).ToList();
        var mated = (from person in Enumerable.Range(1, people).Reverse() from face in Enumerable.Range(enrolled, probes) select (Name: $"{person:000}_cam2_{face}.png", Person: person, Face: face)).ToList();
        foreach (var (name, person, face) in gallery) Write(Path.Combine(TestSet, "gallery", name), Render(person, face));
        foreach (var (name, person, face) in mated) Write(Path.Combine(TestSet, "mated_probe", name), Render(person, face));
        foreach (var i in Enumerable.Range(0, strangers)) Write(Path.Combine(TestSet, "unmated_probe", i % 3 == 0 ? $"{900 + (i / 6)}_cam2_{i}.png" : $"distractors_{i}.png"), Render(1000 + i, 0));
        List("gallery", [.. gallery.Select(face => face.Name)], [.. gallery.Select(face => face.Person * 10)]);
        List("mated_probe", [.. mated.Select(face => face.Name)], [.. mated.Select(face => face.Person * 10)], compressed: true);
        return this;

        FaceImage Render(int person, int face) =>
            FaceResizer.Resize(RenderedPairs.Render(person, face, noise: noise, spread: spread), 6 + (((person * 7) + (face * 13)) % 40), 8 + (((person * 5) + (face * 17)) % 44));
    }

    /// <summary>Pairs of two faces of a person, and of two people.</summary>
    public SurvFaceFolder FillPairs(int people = 20)
    {
        foreach (var person in Enumerable.Range(1, people))
            foreach (var face in (int[])[0, 1]) Write(Path.Combine(Pairs, "verification_images", $"{person}_{face}.png"), FaceResizer.Resize(RenderedPairs.Render(person, face), 8 + person, 10 + (2 * person)));
        PairList("positive", [.. Enumerable.Range(1, people).Select(person => ($"{person}_0.png", $"{person}_1.png"))]);
        PairList("negative", [.. Enumerable.Range(1, people).Select(person => ($"{person}_0.png", $"{(person % people) + 1}_1.png"))]);
        return this;
    }

    public void List(string kind, string[] names, int[] ids, bool compressed = false) =>
        WriteBytes(Path.Combine(TestSet, $"{kind}_img_ID_pairs.mat"), MatWriter.List($"{kind}_set", $"{kind}_ids", names, ids, compressed));

    public void PairList(string kind, (string First, string Second)[] pairs)
    {
        var writer = new MatWriter();
        byte[][] cells = [.. pairs.Select(pair => pair.First).Concat(pairs.Select(pair => pair.Second)).Select(name => writer.Text("", [name], MatType.UInt16))];
        WriteBytes(Path.Combine(Pairs, $"{kind}_pairs_names.mat"), writer.Add(writer.Cells($"{kind}_pairs_names", [pairs.Length, 2], cells)).File());
    }

    public static void Write(string path, FaceImage face) => WriteBytes(path, FaceEncoder.EncodePng(face));

    public static void WriteBytes(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    public void Dispose() => _folder.Dispose();
}
