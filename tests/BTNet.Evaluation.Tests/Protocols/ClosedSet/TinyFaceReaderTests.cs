using BTNet.Evaluation.Protocols.ClosedSet;
using BTNet.Evaluation.Tests.Protocols.SurvFace;
using BTNet.Faces;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Protocols.ClosedSet;

public sealed class TinyFaceReaderTests : IDisposable
{
    private readonly TinyFaceFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Subjects_are_the_same_where_their_numbers_are_and_distractors_are_nobody()
    {
        var lists = TinyFaceReader.Read(_folder.Fill().Root);

        Assert.Equal((24, 12, 6), (lists.Gallery.Count, lists.Gallery.Count(face => face.Person == ClosedSetFace.Nobody), lists.People.Count));
        Assert.Equal(["subject 10", "subject 10", "subject 20"], lists.Gallery.Take(3).Select(face => lists.People[face.Person]));
        var probes = Assert.Single(lists.Probes);
        Assert.Equal(["subject 60", "subject 60", "subject 50"], probes.Faces.Take(3).Select(face => lists.People[face.Person]));
        Assert.Equal(("Gallery_Match/1_0.png", "Probe/6_2.png"), (lists.Images[lists.Gallery[0].Image].Name, lists.Images[probes.Faces[0].Image].Name));
        Assert.StartsWith("Gallery_Distractor/", lists.Images[lists.Gallery[^1].Image].Name, StringComparison.Ordinal);
        Assert.Equal([1, 20, 50], lists.Ranks);
    }

    [Fact]
    public void The_testing_set_is_found_from_its_folder_and_from_those_above_it()
    {
        _folder.Fill(people: 2);
        string[] Names(string root) => [.. TinyFaceReader.Read(root).Images.Select(image => image.Name)];
        var names = Names(_folder.Root);
        Assert.Equal(names, Names(_folder.TestingSet + "/"));
        Directory.CreateDirectory(Path.Combine(_folder.Root, "tinyface"));
        Directory.Move(_folder.TestingSet, Path.Combine(_folder.Root, "tinyface", "Testing_Set"));
        Assert.Equal(names, Names(_folder.Root));
        Assert.Equal(names, Names(Path.Combine(_folder.Root, "tinyface")));
    }

    [Fact]
    public void Missing_images_are_told_and_left_out_with_the_searches_that_need_them()
    {
        _folder.Fill(enrolled: 1);
        File.Delete(Path.Combine(_folder.TestingSet, "Gallery_Match", "3_0.png")); // the only one of subject 30
        File.Delete(Path.Combine(_folder.TestingSet, "Probe", "1_1.png"));
        var skipped = new SkippedItems();

        var lists = TinyFaceReader.Read(_folder.Root, skipped, 0.2);

        Assert.Equal((17, 9, 4, 2), (lists.Gallery.Count, lists.Probes[0].Faces.Count, lists.SkippedFaces, skipped.Count));
        Assert.Contains(skipped.First, line => line.Contains("Gallery_Match/3_0.png", StringComparison.Ordinal));
        Assert.Contains($"1 of 6 images of {Path.Combine(_folder.TestingSet, "gallery_match_img_ID_pairs.mat")} are missing in", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Faces_that_come_twice_and_probes_of_nobody_enrolled_are_named()
    {
        _folder.Fill();
        _folder.List("gallery_match", "gallery", ["a.png", "a.png", "b.png"], [1, 1, 2]);
        _folder.List("probe", "probe", ["b.png", "d.png"], [2, 3]);
        var said = Refused();

        Assert.Contains("gallery_match_img_ID_pairs.mat: 'Gallery_Match/a.png' is in it twice", said, StringComparison.Ordinal);
        Assert.Contains($"probe_img_ID_pairs.mat: 'd.png' is of subject 3, who is not in {Path.Combine(_folder.TestingSet, "gallery_match_img_ID_pairs.mat")}", said, StringComparison.Ordinal);
        Assert.DoesNotContain("b.png", said, StringComparison.Ordinal); // another picture, in another folder
    }

    [Fact]
    public void An_empty_gallery_no_distractors_and_lists_that_do_not_fit_are_refused()
    {
        Assert.Contains("holds no Testing_Set with the folders Gallery_Match, Gallery_Distractor, Probe", Refused(), StringComparison.Ordinal);
        Assert.Contains("there is no such folder", Assert.Throws<InputException>(() => TinyFaceReader.Read(Path.Combine(_folder.Root, "no"))).Message, StringComparison.Ordinal);
        _folder.Fill(distractors: 0);
        Directory.CreateDirectory(Path.Combine(_folder.TestingSet, "Gallery_Distractor"));
        Assert.Contains("Gallery_Distractor: no pictures in this folder", Refused(), StringComparison.Ordinal);
        _folder.List("gallery_match", "gallery", [], []);
        Assert.Contains("gallery_match_img_ID_pairs.mat: names no face", Refused(), StringComparison.Ordinal);
        _folder.List("gallery_match", "gallery", ["a.png", "b.png"], [1]);
        Assert.Contains("gallery_set has 2 names and gallery_ids 1 numbers", Refused(), StringComparison.Ordinal);
        _folder.List("gallery_match", "gallery_match", ["a.png"], [1]);
        Assert.Contains("holds no variable gallery_set, but gallery_match_set", Refused(), StringComparison.Ordinal);
        _folder.List("gallery_match", "gallery", ["../a.png"], [1]);
        Assert.Contains("face 1: '../a.png' leads out", Refused(), StringComparison.Ordinal);
        File.Delete(Path.Combine(_folder.TestingSet, "gallery_match_img_ID_pairs.mat"));
        Assert.Contains("gallery_match_img_ID_pairs.mat: there is no such file", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_every_image_of_the_gallery_is_missing_that_is_said_however_much_is_borne()
    {
        _folder.Fill();
        foreach (var path in Directory.GetFiles(Path.Combine(_folder.TestingSet, "Gallery_Match"))) File.Delete(path);

        Assert.Contains("TinyFace: no enrolled face is left", Assert.Throws<InputException>(() => TinyFaceReader.Read(_folder.Root, null, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_distractors_than_were_published_are_told_with_both_counts_and_the_files_are_known()
    {
        var lists = TinyFaceReader.Read(_folder.Fill().Root);

        Assert.StartsWith("Gallery_Distractor holds 12 pictures, and TinyFace as it was published 153428:", Assert.Single(lists.Notices), StringComparison.Ordinal);
        Assert.Equal(["gallery_match_img_ID_pairs.mat", "probe_img_ID_pairs.mat"], lists.Files.Select(Path.GetFileName));
        Assert.All(lists.Files, file => Assert.True(File.Exists(file)));
    }

    [Fact]
    public void Damaged_lists_are_read_or_refused_and_nothing_else()
    {
        _folder.Fill(people: 2, distractors: 1);
        var path = Path.Combine(_folder.TestingSet, "gallery_match_img_ID_pairs.mat");
        var (valid, refused) = (File.ReadAllBytes(path), 0);
        foreach (var damaged in Mutations.Of(valid, 400, seed: 3))
        {
            SurvFaceFolder.WriteBytes(path, damaged);
            try
            {
                TinyFaceReader.Read(_folder.Root, null, 1);
            }
            catch (InputException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 100, 399);
    }

    private string Refused() => Assert.Throws<InputException>(() => TinyFaceReader.Read(_folder.Root)).Message;
}
