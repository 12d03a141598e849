using BTNet.Evaluation.Protocols.Ijbc;
using BTNet.Faces;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Protocols.Ijbc;

public sealed class IjbcReaderTests : IDisposable
{
    private readonly IjbcFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_lists_are_read_as_they_are()
    {
        var set = IjbcReader.Read(_folder.Path);

        Assert.Equal([7, 8, 9, 10], set.TemplateIds);
        Assert.Equal(["1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"], set.Images.Names);
        Assert.Equal([0, 0, 1, 2, 3], set.Images.Templates);
        Assert.Equal([1, 1, 2, 3, 4], set.Images.Media);
        Assert.Equal([0.91f, 0.92f, 0.93f, 0.94f, 0.95f], set.Images.Scores);
        Assert.Equal([38.5f, 51.7f, 73.5f, 51.5f, 56, 71.7f, 41.5f, 92.3f, 70.7f, 92.2f], set.Images.Points[40..]);
        Assert.Equal(([0, 1], [2, 3]), (set.Mates.Enrolled.ToArray(), set.Mates.Probes.ToArray()), Same);
        Assert.Equal(([0, 1], [3, 2]), (set.Strangers.Enrolled.ToArray(), set.Strangers.Probes.ToArray()), Same);
        Assert.Equal([("G1", 0, 100), ("G2", 1, 200)], set.Galleries.Select(gallery => (gallery.Name, gallery.Templates[0].Template, gallery.Templates[0].Subject)));
        Assert.Equal([new TemplateOfSubject(2, 100), new TemplateOfSubject(3, 200)], set.Probes);
        Assert.Empty(set.Notices);
        Assert.Equal(IjbcFolder.Lists.Keys.Order(StringComparer.Ordinal), set.Files.Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

        static bool Same((int[] A, int[] B) left, (int[] A, int[] B) right) => left.A.SequenceEqual(right.A) && left.B.SequenceEqual(right.B);
    }

    [Fact]
    public void Points_are_matched_by_the_name_in_any_order_and_lines_may_end_as_Windows_ends_them()
    {
        _folder.Write("ijbc_name_5pts_score.txt", string.Join("\r\n", IjbcFolder.Lists["ijbc_name_5pts_score.txt"].Split('\n', StringSplitOptions.RemoveEmptyEntries).Reverse().Append("6.jpg 1 2 3 4 5 6 7 8 9 10 0.5")))
            .Write("ijbc_template_pair_label.txt", "7\t9  1 \t\r\n\r\n 7 10 0\r\n")
            .Write("ijbc_1N_gallery_G1.csv", "FILENAME,\"SUBJECT_ID\",TEMPLATE_ID\r\nimg/1.jpg,100,7\r\nimg/2.jpg,100,\"7\"\r\n\r\n");

        var set = IjbcReader.Read(_folder.Path);

        Assert.Equal([0.91f, 0.92f, 0.93f, 0.94f, 0.95f], set.Images.Scores);
        Assert.Equal((1, 1), (set.Mates.Count, set.Strangers.Count));
        Assert.Equal(new TemplateOfSubject(0, 100), Assert.Single(set.Galleries[0].Templates));
        Assert.Contains("ijbc_name_5pts_score.txt: 1 images are of no template and were left aside.", set.Notices);
        Assert.Contains("ijbc_1N_gallery_G1.csv: 1 lines repeat a template with the same subject; it counts once.", set.Notices);
    }

    [Fact]
    public void Every_fault_of_every_file_is_named_with_its_line()
    {
        _folder.Write("ijbc_face_tid_mid.txt", "1.jpg 7 1\n1.jpg 8 2\n../2.jpg 8 2\n3.jpg x 2\n4.jpg 9\n5.jpg 10 -4\n")
            .Write("ijbc_name_5pts_score.txt", "1.jpg 1 2 3 4 5 6 7 8 9 10 0.5\n1.jpg 1 2 3 4 5 6 7 8 9 10 0.5\n2.jpg 1 2 3\n3.jpg 1 2 3 4 NaN 6 7 8 9 10 0.5\n")
            .Write("ijbc_template_pair_label.txt", "7 9 1\n7 10 2\n7 7 1\n9999999999 8 0\n8 9 0 0\n")
            .Write("ijbc_1N_gallery_G1.csv", "TEMPLATE_ID,SUBJECT_ID\n7,100\n7,101\n8\nx,5\n")
            .Write("ijbc_1N_gallery_G2.csv", "TEMPLATE,SUBJECT_ID\n8,200\n");

        var said = Assert.Throws<InputException>(() => IjbcReader.Read(_folder.Path)).Message;

        foreach (var part in (string[])
        [
            "ijbc_face_tid_mid.txt:2: '1.jpg' is there already", "ijbc_face_tid_mid.txt:3: '../2.jpg' leads out of the root", "ijbc_face_tid_mid.txt:4: 'x' is no template", "ijbc_face_tid_mid.txt:5: 2 fields instead of 3",
            "ijbc_face_tid_mid.txt:6: '-4' is no medium", "ijbc_name_5pts_score.txt:2: '1.jpg' is there already", "ijbc_name_5pts_score.txt:3: 4 fields instead of 12", "ijbc_name_5pts_score.txt:4: 'NaN' is no number",
            "ijbc_template_pair_label.txt:2: the label is '2'", "ijbc_template_pair_label.txt:3: template 7 is compared with itself", "ijbc_template_pair_label.txt:4: '9999999999' is no template",
            "ijbc_template_pair_label.txt:5: more than 3 fields", "ijbc_1N_gallery_G1.csv:3: template 7 is of subject 101, and of 100 in a line before", "ijbc_1N_gallery_G1.csv:4: 1 values, and none for SUBJECT_ID",
            "ijbc_1N_gallery_G1.csv:5: TEMPLATE_ID is 'x'", "ijbc_1N_gallery_G2.csv:1: the column names 'TEMPLATE,SUBJECT_ID' lack TEMPLATE_ID"
        ]) Assert.Contains(part, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ijbc_template_pair_label.txt", "7 9 1\n8 10 1\n", "all 2 pairs are labelled 1; expected pairs of one person (1) and of two (0)")]
    [InlineData("ijbc_template_pair_label.txt", "7 9 1\n9 7 0\n8 9 0\n", "1 pairs are labelled 1 as well as 0: 7 9; expected one label a pair")]
    [InlineData("ijbc_template_pair_label.txt", "", "is empty; expected a line 'template template 1 or 0' a pair")]
    [InlineData("ijbc_template_pair_label.txt", "\n\n", "holds no pair")]
    [InlineData("ijbc_1N_gallery_G2.csv", "TEMPLATE_ID,SUBJECT_ID\n", "holds no template but column names only; expected a gallery of at least one")]
    [InlineData("ijbc_1N_gallery_G2.csv", "", "is empty")]
    [InlineData("ijbc_1N_probe_mixed.csv", "TEMPLATE_ID,SUBJECT_ID\n9,100\n7,100\n", "1 templates are enrolled as well, first of them 7")]
    [InlineData("ijbc_name_5pts_score.txt", "1.jpg 1 2 3 4 5 6 7 8 9 10 0.5\n", "has no points of 4 images")]
    public void What_cannot_be_meant_is_refused_and_the_file_is_named(string file, string text, string expected)
    {
        var said = Assert.Throws<InputException>(() => IjbcReader.Read(_folder.Write(file, text).Path)).Message;
        Assert.Contains(Path.Combine(_folder.Meta, file), said, StringComparison.Ordinal);
        Assert.Contains(expected, said, StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_that_come_twice_and_probes_of_people_in_no_gallery_are_told()
    {
        var set = IjbcReader.Read(_folder.Write("ijbc_template_pair_label.txt", "7 9 1\n7 10 0\n10 7 0\n8 10 1\n8 10 1\n").Write("ijbc_1N_probe_mixed.csv", "TEMPLATE_ID,SUBJECT_ID\n9,100\n10,300\n").Path);

        Assert.Equal((3, 2), (set.Mates.Count, set.Strangers.Count));
        Assert.Equal(["ijbc_template_pair_label.txt: 2 pairs are repeated, in this order or the other; each counts as often as it is listed.", "1 probes are of people in no gallery; they count as unmated in each.",
            "ijbc_template_pair_label.txt: 2 pairs are labelled 1 whose templates the lists of galleries and probes give to two people, and 0 are labelled 0 whose templates they give to one; the labels are taken as they are."], set.Notices);
    }

    [Theory]
    [InlineData("ijbc_1N_gallery_G2.csv", "7,200\n8,200\n", "ijbc_1N_gallery_G2.csv: template 7 is of subject 200, and of 100 in ", "ijbc_1N_gallery_G1.csv; expected one subject a template")]
    [InlineData("ijbc_1N_probe_mixed.csv", "8,300\n9,100\n10,200\n", "ijbc_1N_probe_mixed.csv: template 8 is of subject 300, and of 200 in ", "ijbc_1N_gallery_G2.csv; expected one subject a template")]
    public void A_template_with_another_subject_in_another_list_is_refused(string file, string lines, params string[] expected)
    {
        var said = Assert.Throws<InputException>(() => IjbcReader.Read(_folder.Write(file, "TEMPLATE_ID,SUBJECT_ID\n" + lines).Path)).Message;
        Assert.All(expected, part => Assert.Contains(part, said, StringComparison.Ordinal));
    }

    [Fact]
    public void People_in_both_galleries_and_labels_that_the_lists_contradict_are_told_with_their_count()
    {
        var set = IjbcReader.Read(_folder.Write("ijbc_1N_gallery_G2.csv", "TEMPLATE_ID,SUBJECT_ID\n8,100\n").Write("ijbc_template_pair_label.txt", "7 9 1\n7 10 1\n8 9 0\n8 10 0\n").Path);

        Assert.Equal(
        [
            "1 people are in more than one gallery, first of them subject 100; probes of them count as mated in each. The galleries of IJB-C have nobody in common.",
            "1 probes are of people in no gallery; they count as unmated in each.",
            "ijbc_template_pair_label.txt: 1 pairs are labelled 1 whose templates the lists of galleries and probes give to two people, and 1 are labelled 0 whose templates they give to one; the labels are taken as they are."
        ], set.Notices);
    }

    [Fact]
    public void Missing_images_are_told_and_left_out_within_what_is_borne()
    {
        var skipped = new SkippedItems();
        _folder.Delete("loose_crop/2.jpg");

        Assert.Contains("1 of 5 images of the lists are missing", Assert.Throws<InputException>(() => IjbcReader.Read(_folder.Path)).Message, StringComparison.Ordinal);
        var set = IjbcReader.Read(_folder.Path, skipped, 0.2);

        Assert.Equal((4, 1, 1), (set.Images.Count, set.MissingImages, skipped.Count));
        Assert.Equal((["1.jpg", "3.jpg", "4.jpg", "5.jpg"], [0, 1, 2, 3], 40, 0.93f), (set.Images.Names.ToArray(), set.Images.Templates, set.Images.Points.Length, set.Images.Scores[1]), Same);

        static bool Same((string[] A, int[] B, int C, float D) left, (string[] A, int[] B, int C, float D) right) =>
            left.A.SequenceEqual(right.A) && left.B.SequenceEqual(right.B) && (left.C, left.D) == (right.C, right.D);
    }

    [Fact]
    public void Without_lists_of_galleries_and_probes_there_are_pairs_only_and_without_one_of_them_an_error()
    {
        _folder.Delete("meta/ijbc_1N_gallery_G2.csv");
        Assert.Contains("ijbc_1N_gallery_G2.csv: there is no such file; expected a gallery", Assert.Throws<InputException>(() => IjbcReader.Read(_folder.Path)).Message, StringComparison.Ordinal);
        var set = IjbcReader.Read(_folder.Delete("meta/ijbc_1N_gallery_G1.csv").Delete("meta/ijbc_1N_probe_mixed.csv").Path);

        Assert.Empty(set.Galleries);
        Assert.Equal(3, set.Files.Count);
        Assert.Equal(["There are no lists of galleries and probes, so templates are compared in pairs only."], set.Notices);
    }

    [Fact]
    public void A_folder_that_is_none_of_the_kind_and_a_pipe_are_refused()
    {
        var said = Assert.Throws<InputException>(() => IjbcReader.Read(_folder.Meta)).Message;
        Assert.Contains("loose_crop: there is no such folder; expected the folder above loose_crop and meta", said, StringComparison.Ordinal);
        SpecialFiles.MakePipe(Path.Combine(_folder.Delete("meta/ijbc_template_pair_label.txt").Meta, "ijbc_template_pair_label.txt"));
        Assert.Contains("is a pipe and no regular file", Assert.Throws<InputException>(() => IjbcReader.Read(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_without_an_end_is_a_fault_and_takes_no_memory()
    {
        var text = "7 9 1\n" + new string('1', 3_000_000) + "\n7 10 0\n" + new string(' ', 200_000);
        var said = Assert.Throws<InputException>(() => IjbcReader.Read(_folder.Write("ijbc_template_pair_label.txt", text).Path)).Message;
        Assert.Contains("ijbc_template_pair_label.txt:2: a line of more than 65536 characters", said, StringComparison.Ordinal);
        Assert.Contains("ijbc_template_pair_label.txt:4: a line of more than 65536 characters", said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shared_set_is_read()
    {
        var set = IjbcReader.Read(SharedData.Require("formats", "ijbc"));
        Assert.Equal((162, 72, 48, 1104, 12, 12, 48), (set.Images.Count, set.TemplateIds.Count, set.Mates.Count, set.Strangers.Count, set.Galleries[0].Templates.Count, set.Galleries[1].Templates.Count, set.Probes.Count));
        Assert.Empty(set.Notices);
    }
}
