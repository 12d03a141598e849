using BTNet.Evaluation.Protocols.ClosedSet;
using BTNet.Faces;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Protocols.ClosedSet;

public sealed class ScFaceReaderTests : IDisposable
{
    private readonly ScFaceData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Each_subject_has_a_mugshot_and_a_picture_by_each_camera_at_each_distance()
    {
        var lists = ScFaceReader.Read(_data.Fill(people: 3, cameras: 7).Root);

        Assert.Equal(["mugshot_frontal_cropped_all/001_frontal.JPG", "mugshot_frontal_cropped_all/002_frontal.jpg", "mugshot_frontal_cropped_all/003_frontal.JPG"], lists.Gallery.Select(face => lists.Images[face.Image].Name));
        Assert.Equal(["distance 1, 4.2 m", "distance 2, 2.6 m", "distance 3, 1.0 m"], lists.Probes.Select(set => set.Name));
        Assert.All(lists.Probes, set => Assert.Equal(15, set.Faces.Count));
        Assert.Equal("surveillance_cameras_distance_2/cam_1/001_cam1_2.jpg", lists.Images[lists.Probes[1].Faces[0].Image].Name);
        Assert.All(lists.Probes.SelectMany(set => set.Faces), face => Assert.Equal($"subject {Path.GetFileName(lists.Images[face.Image].Name)[..3]}", lists.People[face.Person]));
        Assert.Equal(1, Assert.Single(lists.Ranks));
        Assert.Equal("Mugshots are those of mugshot_frontal_cropped_all; cameras 1, 2, 3, 4, 5.", Assert.Single(lists.Notices));
    }

    [Fact]
    public void Infrared_cameras_are_searched_with_where_they_are_asked_for()
    {
        Assert.All(ScFaceReader.Read(_data.Fill(people: 2, cameras: 7).Root, infrared: true).Probes, set => Assert.Equal(14, set.Faces.Count));
        Directory.Delete(_data.File("surveillance_cameras_distance_3", "cam_7"), recursive: true);
        Assert.Contains($"holds no {Path.Combine("surveillance_cameras_distance_3", "cam_7")};", Assert.Throws<InputException>(() => ScFaceReader.Read(_data.Root, infrared: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Original_mugshots_are_taken_where_there_are_no_cropped_ones()
    {
        var lists = ScFaceReader.Read(_data.Fill(people: 2, mugshots: "mugshot_frontal_original_all").Root);

        Assert.StartsWith("mugshot_frontal_original_all/001", lists.Images[0].Name, StringComparison.Ordinal);
        Assert.Contains("mugshot_frontal_original_all", lists.Notices[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_subjects_leaves_the_others_out_of_gallery_and_searches()
    {
        _data.Fill();
        var lists = ScFaceReader.Read(_data.Root, Subjects("# the test half\n2\n\n004\n"));

        Assert.Equal(["subject 002", "subject 004"], lists.People);
        Assert.All(lists.Probes, set => Assert.Equal(10, set.Faces.Count));
        Assert.Equal("Of 5 subjects these only are enrolled and searched for: the 2 of subjects.txt.", lists.Notices[1]);
        Assert.Equal([_data.File("subjects.txt")], lists.Files);
        foreach (var (text, said) in ((string, string)[])
            [("2\n002\n", "subjects.txt:2: subject 002 is there already; expected the number of a subject, such as 051, each once"), ("2\nx\n", ":2: 'x' is no number of a subject; expected the number of a subject, such as 051"), ("-1\n", "'-1' is no number"), ("", "is empty"), ("99\n", "subject 099 has no picture in mugshot_frontal_cropped_all")])
            Assert.Contains(said, Assert.Throws<InputException>(() => ScFaceReader.Read(_data.Root, Subjects(text))).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Throws<InputException>(() => ScFaceReader.Read(_data.Root, _data.File("no.txt"))).Message, StringComparison.Ordinal);
        foreach (var damaged in Mutations.Of("001\n2\n# all\n3\n"u8.ToArray(), 200, seed: 4))
        {
            File.WriteAllBytes(_data.File("subjects.txt"), damaged);
            if (Record.Exception(() => ScFaceReader.Read(_data.Root, _data.File("subjects.txt"))) is { } fault) Assert.IsType<InputException>(fault);
        }
    }

    [Fact]
    public void Missing_pictures_are_told_and_left_out()
    {
        _data.Fill();
        File.Delete(_data.Picture(2, 3, 1));
        var skipped = new SkippedItems();
        var lists = ScFaceReader.Read(_data.Root, skipped: skipped, greatestMissingShare: 0.05);

        Assert.Equal((24, 25, 1, 1), (lists.Probes[0].Faces.Count, lists.Probes[1].Faces.Count, lists.SkippedFaces, skipped.Count));
        Assert.Contains("002_cam3_1.jpg", skipped.First.Single(), StringComparison.Ordinal);
        Assert.Contains("1 of 25 images of surveillance_cameras_distance_1 are missing in", Refused(0.01), StringComparison.Ordinal);
    }

    [Fact]
    public void A_probe_of_nobody_with_a_mugshot_is_refused_unless_the_list_of_subjects_leaves_it_out()
    {
        _data.Fill();
        File.Delete(_data.File("mugshot_frontal_cropped_all", "002_frontal.jpg"));

        Assert.Equal(
            $"SCface: subject 002, of {Path.Combine("surveillance_cameras_distance_1", "cam_1", "002_cam1_1.jpg")}, has no picture in mugshot_frontal_cropped_all; expected a mugshot of each, or --subjects that leaves out who has none",
            Refused());
        Assert.Equal(2, ScFaceReader.Read(_data.Root, Subjects("1\n3\n")).Gallery.Count);
    }

    [Fact]
    public void Pictures_of_another_folder_and_second_ones_of_a_subject_are_named()
    {
        _data.Fill();
        File.Copy(_data.Picture(1, 2, 3), _data.File("surveillance_cameras_distance_1", "cam_1", "001_cam2_3.jpg"));
        File.Copy(_data.Picture(1, 1, 1), _data.File("surveillance_cameras_distance_1", "cam_1", "001_CAM1_1.png"));
        File.Copy(_data.Picture(1, 1, 1), _data.File("mugshot_frontal_cropped_all", "portrait.jpg"));
        var said = Refused();

        string[] second = [.. ((string[])["001_CAM1_1.png", "001_cam1_1.jpg"]).Select(name => Path.Combine("surveillance_cameras_distance_1", "cam_1", name))];
        foreach (var part in (string[])["001_cam2_3.jpg is no picture that belongs there; expected names such as 001_cam1_1.jpg", $"{second[1]} is a second picture of subject 001, beside {second[0]}; expected one a subject", "portrait.jpg is no picture that belongs there; expected names such as 001_frontal.jpg"])
            Assert.Contains(part, said, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_gallery_and_a_folder_that_is_no_such_set_are_refused()
    {
        var said = Refused();
        Assert.Contains("holds no mugshot_frontal_cropped_all or mugshot_frontal_original_all, ", said, StringComparison.Ordinal);
        Assert.Contains("and 13 more; expected SCface as its owners ship it", said, StringComparison.Ordinal);
        Assert.Contains("there is no such folder", Assert.Throws<InputException>(() => ScFaceReader.Read(_data.File("no"))).Message, StringComparison.Ordinal);
        _data.Fill(people: 1);
        File.Delete(_data.File("mugshot_frontal_cropped_all", "001_frontal.JPG"));
        Assert.Contains("mugshot_frontal_cropped_all: no pictures in this folder", Refused(), StringComparison.Ordinal);
    }

    private string Refused(double share = 0.01) => Assert.Throws<InputException>(() => ScFaceReader.Read(_data.Root, greatestMissingShare: share)).Message;

    private string Subjects(string text)
    {
        File.WriteAllText(_data.File("subjects.txt"), text);
        return _data.File("subjects.txt");
    }
}
