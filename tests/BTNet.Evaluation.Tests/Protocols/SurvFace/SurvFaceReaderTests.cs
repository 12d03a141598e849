using BTNet.Evaluation.Matlab;
using BTNet.Evaluation.Protocols.SurvFace;
using BTNet.Evaluation.Tests.Matlab;
using BTNet.Faces;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Protocols.SurvFace;

public sealed class SurvFaceReaderTests : IDisposable
{
    private readonly SurvFaceFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_set_beside_the_checkout_is_read_from_its_root_and_from_the_folder_itself()
    {
        var root = SharedData.Require("formats", "survface");
        var set = SurvFaceReader.Read(root);
        var lists = set.Identification;

        Assert.Equal((177, 193, 150), (lists.Gallery.Count, lists.Mated.Count, lists.Unmated.Count));
        Assert.Null(set.Verification);
        Assert.Equal(60, lists.Gallery.DistinctBy(face => face.Person).Count());
        Assert.Equal(150, lists.Unmated.DistinctBy(face => face.Person).Count());
        // The pictures of a subject begin with one number.
        Assert.All(lists.Gallery.Concat(lists.Mated).GroupBy(face => face.Person), person => Assert.Single(person.Select(face => Path.GetFileName(lists.Images[face.Image].Name)[..4]).Distinct()));
        Assert.InRange(lists.Images[0].Decode().Width, 6, 60);
        Assert.Equal(lists.Images.Select(image => image.Name), SurvFaceReader.Read(Path.Combine(root, "Face_Identification_Test_Set") + "/").Identification.Images.Select(image => image.Name));
    }

    [Fact]
    public void Subjects_are_the_same_where_their_numbers_are_in_whatever_order_the_lists_have_them()
    {
        var lists = SurvFaceReader.Read(_folder.Fill().Root).Identification;

        Assert.Equal(["subject 10", "subject 10", "subject 20"], lists.Gallery.Take(3).Select(face => lists.People[face.Person]));
        Assert.Equal(["subject 60", "subject 60", "subject 50"], lists.Mated.Take(3).Select(face => lists.People[face.Person]));
        Assert.Equal("gallery/001_cam1_0.png", lists.Images[0].Name);
        // Strangers with a number before their camera are grouped by it.
        Assert.Equal(2, lists.Unmated.GroupBy(face => face.Person).Count(person => person.Count() == 2));
        Assert.Equal(10, lists.Unmated.DistinctBy(face => face.Person).Count());
    }

    [Fact]
    public void Pairs_are_read_down_the_two_columns_and_cut_into_folds_label_by_label()
    {
        var pairs = SurvFaceReader.Read(_folder.Fill().FillPairs().Root).Verification!;

        Assert.Equal((40, 20, 10, 40), (pairs.Pairs.Count, pairs.Pairs.Count(pair => pair.Same), pairs.FoldCount, pairs.Images.Count));
        string Name(int image) => Path.GetFileName(pairs.Images[image].Name);
        Assert.Equal(("2_0.png", "2_1.png", true), (Name(pairs.Pairs[1].First), Name(pairs.Pairs[1].Second), pairs.Pairs[1].Same));
        Assert.Equal(("20_0.png", "1_1.png", false), (Name(pairs.Pairs[39].First), Name(pairs.Pairs[39].Second), pairs.Pairs[39].Same));
        Assert.All(pairs.Pairs.GroupBy(pair => pair.Fold), fold => Assert.Equal(2, fold.Count(pair => pair.Same)));
        Assert.Contains("stratified", Assert.Single(pairs.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_images_are_told_and_left_out_with_the_searches_that_need_them()
    {
        _folder.Fill(enrolled: 1).FillPairs();
        File.Delete(Path.Combine(_folder.TestSet, "gallery", "003_cam1_0.png")); // the only one of subject 30
        File.Delete(Path.Combine(_folder.TestSet, "mated_probe", "001_cam2_2.png"));
        File.Delete(Path.Combine(_folder.Pairs, "verification_images", "7_0.png"));
        var skipped = new SkippedItems();

        var set = SurvFaceReader.Read(_folder.Root, skipped, 0.2);

        Assert.Equal((5, 9, 4), (set.Identification.Gallery.Count, set.Identification.Mated.Count, set.Identification.SkippedFaces));
        Assert.Equal((38, 2), (set.Verification!.Pairs.Count, set.Verification.SkippedPairs));
        Assert.Equal(3, skipped.Count);
        Assert.Contains(skipped.First, line => line.Contains("gallery/003_cam1_0.png", StringComparison.Ordinal));
        var said = Refused();
        Assert.Contains($"1 of 6 images of {Path.Combine(_folder.TestSet, "gallery_img_ID_pairs.mat")} are missing in", said, StringComparison.Ordinal);
        Assert.Contains("Unpack Face_Identification_Test_Set again, or bear a greater share (--broken-share)", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Faces_that_come_twice_and_probes_of_nobody_enrolled_are_named()
    {
        _folder.Fill();
        _folder.List("gallery", ["a.png", "a.png", "b.png"], [1, 1, 2]);
        _folder.List("mated_probe", ["b.png", "c.png", "d.png"], [2, 1, 3]);
        File.Copy(Path.Combine(_folder.TestSet, "unmated_probe", "distractors_1.png"), Path.Combine(_folder.TestSet, "unmated_probe", "c.png"));
        var said = Refused();

        var (gallery, mated) = (Path.Combine(_folder.TestSet, "gallery_img_ID_pairs.mat"), Path.Combine(_folder.TestSet, "mated_probe_img_ID_pairs.mat"));
        Assert.Contains($"{gallery}: 'a.png' is in it twice", said, StringComparison.Ordinal);
        Assert.Contains($"{mated}: 'b.png' is in {gallery}, too", said, StringComparison.Ordinal);
        Assert.Contains($"{Path.Combine(_folder.TestSet, "unmated_probe")}: 'c.png' is in {mated}, too", said, StringComparison.Ordinal);
        Assert.Contains($"{mated}: 'd.png' is of subject 3, who is not in {gallery}", said, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_gallery_no_strangers_and_lists_that_do_not_fit_are_refused()
    {
        _folder.Fill();
        _folder.List("gallery", [], []);
        Assert.Contains("gallery_img_ID_pairs.mat: names no face", Refused(), StringComparison.Ordinal);
        _folder.List("gallery", ["a.png", "b.png"], [1]);
        Assert.Contains("gallery_set has 2 names and gallery_ids 1 numbers", Refused(), StringComparison.Ordinal);
        _folder.List("gallery", ["../a.png", "sub/b.png", "/c.png", ""], [1, 2, 3, 4]);
        foreach (var part in (string[])["face 1: '../a.png' leads out", "face 2: 'sub/b.png' is in a folder of its own", "face 3: '/c.png' is an absolute path", "face 4: an empty path"]) Assert.Contains(part, Refused(), StringComparison.Ordinal);
        Gallery(writer => [writer.Cells("gallery_set", [1, 1], [writer.Text("", ["a.png"], MatType.Utf8)]), writer.Numbers("gallery_ids", [1, 1], MatClass.Double, MatType.Double, [1.5])]);
        Assert.Contains("face 1: 1.5 is no number of a subject", Refused(), StringComparison.Ordinal);
        Gallery(writer => [writer.Cells("gallery_set", [1, 1], [writer.Numbers("", [1, 1], MatClass.Double, MatType.Double, [1])]), writer.Numbers("gallery_ids", [1, 1], MatClass.Double, MatType.Double, [1])]);
        Assert.Contains("cell 1 of gallery_set is a 1 x 1 array of double numbers", Refused(), StringComparison.Ordinal);
        Gallery(writer => [writer.Numbers("gallery_set", [1, 1], MatClass.Double, MatType.Double, [1])]);
        Assert.Contains("gallery_set is a 1 x 1 array of double numbers; expected a cell array of names", Refused(), StringComparison.Ordinal);
        Gallery(writer => [writer.Cells("gallery_set", [1, 1], [writer.Text("", ["a.png"], MatType.Utf8)]), writer.Text("gallery_ids", ["1"], MatType.Utf8)]);
        Assert.Contains("gallery_ids is a 1 x 1 character array", Refused(), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder.TestSet, "gallery_img_ID_pairs.mat"), "MATLAB 7.3 MAT-file, Platform: GLNXA64");
        Assert.Contains("is a MAT-file of version 7.3", Refused(), StringComparison.Ordinal);
        File.Delete(Path.Combine(_folder.TestSet, "gallery_img_ID_pairs.mat"));
        Assert.Contains("gallery_img_ID_pairs.mat: there is no such file", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_as_lines_and_wrapped_once_more_are_names_too()
    {
        _folder.Fill(people: 1, enrolled: 2, probes: 1);
        Gallery(writer => [writer.Text("gallery_set", ["001_cam1_0.png", "001_cam1_1.png"], MatType.UInt16), writer.Numbers("gallery_ids", [1, 2], MatClass.Double, MatType.UInt8, [10, 10])]);
        Assert.Equal(2, SurvFaceReader.Read(_folder.Root).Identification.Gallery.Count);
        Gallery(writer =>
        [
            writer.Cells("gallery_set", [1, 1], [writer.Cells("", [1, 1], [writer.Text("", ["001_cam1_1.png"], MatType.UInt16)])]), writer.Numbers("gallery_ids", [1, 1], MatClass.Int64, MatType.Int64, [10])
        ]);
        Assert.Equal("gallery/001_cam1_1.png", SurvFaceReader.Read(_folder.Root).Identification.Images[0].Name);
        // Where some copies have the lists.
        Directory.CreateDirectory(Path.Combine(_folder.Root, "Face_Identification_Evaluation"));
        foreach (var list in Directory.GetFiles(_folder.TestSet)) File.Move(list, Path.Combine(_folder.Root, "Face_Identification_Evaluation", Path.GetFileName(list)));
        Assert.Single(SurvFaceReader.Read(_folder.Root).Identification.Gallery);
    }

    [Fact]
    public void Pair_lists_that_cannot_be_meant_are_refused()
    {
        _folder.Fill().FillPairs();
        _folder.PairList("positive", [("1_0.png", "../1_1.png")]);
        Assert.Contains("pair 1: '../1_1.png' leads out", Refused(), StringComparison.Ordinal);
        _folder.PairList("positive", [("1_0.png", "1_1.png")]);
        Assert.Contains("1 pairs of one person and 20 of two people; expected at least two of each", Refused(), StringComparison.Ordinal);
        var writer = new MatWriter();
        SurvFaceFolder.WriteBytes(Path.Combine(_folder.Pairs, "positive_pairs_names.mat"), writer.Add(writer.Cells("positive_pairs_names", [1, 1], [writer.Text("", ["a"], MatType.Utf8)])).File());
        Assert.Contains("is a 1 x 1 cell array; expected a cell array of two columns", Refused(), StringComparison.Ordinal);
        File.Delete(Path.Combine(_folder.Pairs, "positive_pairs_names.mat"));
        Assert.Contains("positive_pairs_names.mat: there is no such file", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pair_of_one_image_or_of_both_labels_is_refused_and_one_that_comes_twice_is_told()
    {
        _folder.Fill().FillPairs();
        _folder.PairList("positive", [("1_0.png", "1_1.png"), ("2_0.png", "2_0.png"), ("3_0.png", "3_1.png")]);
        Assert.Contains("positive_pairs_names.mat: pair 2: '2_0.png' is compared with itself; expected two images", Refused(), StringComparison.Ordinal);
        _folder.PairList("positive", [("1_0.png", "1_1.png"), ("2_0.png", "2_1.png"), ("3_1.png", "2_0.png")]); // the last is of two people, the other way round
        Assert.Contains("Face_Verification_Test_Set: 1 pairs are in the list of one person as well as in that of two: 2_0.png 3_1.png; expected one label a pair", Refused(), StringComparison.Ordinal);
        _folder.PairList("positive", [("1_0.png", "1_1.png"), ("2_0.png", "2_1.png"), ("2_1.png", "2_0.png")]);
        var pairs = SurvFaceReader.Read(_folder.Root).Verification!;

        Assert.Equal(3, pairs.Pairs.Count(pair => pair.Same));
        Assert.Equal("Face_Verification_Test_Set: 1 pairs are repeated, in this order or the other; each counts as often as it is listed.", pairs.Notices[0]);
    }

    [Fact]
    public void What_the_set_lacks_is_told_and_which_files_were_read_is_known()
    {
        var set = SurvFaceReader.Read(_folder.Fill().Root);
        Assert.Equal(2, set.Identification.Notices.Count);
        Assert.StartsWith("unmated_probe holds 12 pictures, 36 with those that the lists name, and QMUL-SurvFace as it was published 242617:", set.Identification.Notices[0], StringComparison.Ordinal);
        Assert.Equal("There is no Face_Verification_Test_Set beside Face_Identification_Test_Set, so no pairs were compared.", set.Identification.Notices[1]);
        Assert.Equal(["gallery_img_ID_pairs.mat", "mated_probe_img_ID_pairs.mat"], set.Files.Select(Path.GetFileName));

        set = SurvFaceReader.Read(_folder.FillPairs().Root);
        Assert.Single(set.Identification.Notices);
        Assert.Equal(["positive_pairs_names.mat", "negative_pairs_names.mat"], set.Files.Skip(2).Select(Path.GetFileName));
        Assert.All(set.Files, file => Assert.True(File.Exists(file)));
    }

    [Fact]
    public void A_folder_that_is_no_such_set_is_refused()
    {
        Assert.Contains("holds no Face_Identification_Test_Set with the folders gallery, mated_probe, unmated_probe", Refused(), StringComparison.Ordinal);
        Assert.Contains("there is no such folder", Assert.Throws<InputException>(() => SurvFaceReader.Read(Path.Combine(_folder.Root, "no"))).Message, StringComparison.Ordinal);
        _folder.Fill(strangers: 0);
        Directory.CreateDirectory(Path.Combine(_folder.TestSet, "unmated_probe"));
        Assert.Contains("unmated_probe: no pictures in this folder", Refused(), StringComparison.Ordinal);
    }

    private string Refused() => Assert.Throws<InputException>(() => SurvFaceReader.Read(_folder.Root)).Message;

    private void Gallery(Func<MatWriter, byte[][]> arrays)
    {
        var writer = new MatWriter();
        foreach (var array in arrays(writer)) writer.Add(array);
        SurvFaceFolder.WriteBytes(Path.Combine(_folder.TestSet, "gallery_img_ID_pairs.mat"), writer.File());
    }
}
