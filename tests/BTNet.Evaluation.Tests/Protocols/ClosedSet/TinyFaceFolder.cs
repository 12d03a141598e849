using BTNet.Evaluation.Tests.Matlab;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Evaluation.Tests.Protocols.SurvFace;
using BTNet.Faces;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Protocols.ClosedSet;

/// <summary>TinyFace's layout with rendered patterns of many sizes.</summary>
internal sealed class TinyFaceFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Root => _folder.Path;

    public string TestingSet => _folder.File("Testing_Set");

    /// <summary>People 1 to so many with enrolled faces and probes, and faces of others. The probes' list has the people the other way round, so that to number them by first appearance goes wrong.</summary>
    public TinyFaceFolder Fill(int people = 6, int enrolled = 2, int probes = 2, int distractors = 12, double noise = 60, double spread = 1)
    {
        var gallery = (from person in Enumerable.Range(1, people) from face in Enumerable.Range(0, enrolled) select (Name: $"{person}_{face}.png", Person: person, Face: face)).ToList();
        var searched = (from person in Enumerable.Range(1, people).Reverse() from face in Enumerable.Range(enrolled, probes) select (Name: $"{person}_{face}.png", Person: person, Face: face)).ToList();
        foreach (var (name, person, face) in gallery) SurvFaceFolder.Write(Path.Combine(TestingSet, "Gallery_Match", name), Render(person, face));
        foreach (var (name, person, face) in searched) SurvFaceFolder.Write(Path.Combine(TestingSet, "Probe", name), Render(person, face));
        foreach (var i in Enumerable.Range(0, distractors)) SurvFaceFolder.Write(Path.Combine(TestingSet, "Gallery_Distractor", $"{i}.png"), Render(1000 + i, 0));
        List("gallery_match", "gallery", [.. gallery.Select(face => face.Name)], [.. gallery.Select(face => face.Person * 10)]);
        List("probe", "probe", [.. searched.Select(face => face.Name)], [.. searched.Select(face => face.Person * 10)], compressed: true);
        return this;

        FaceImage Render(int person, int face) =>
            FaceResizer.Resize(RenderedPairs.Render(person, face, noise: noise, spread: spread), 6 + (((person * 7) + (face * 13)) % 40), 8 + (((person * 5) + (face * 17)) % 44));
    }

    public void List(string file, string variable, string[] names, int[] ids, bool compressed = false) =>
        SurvFaceFolder.WriteBytes(Path.Combine(TestingSet, $"{file}_img_ID_pairs.mat"), MatWriter.List($"{variable}_set", $"{variable}_ids", names, ids, compressed));

    public void Dispose() => _folder.Dispose();
}
