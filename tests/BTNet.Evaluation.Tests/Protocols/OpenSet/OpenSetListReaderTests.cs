using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Faces;
using BTNet.TestSupport;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Protocols.OpenSet;

public sealed class OpenSetListReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_person_is_the_folder_or_what_is_behind_the_tab()
    {
        Faces("Ann/1.png", "Ann/2.png", "Bob/1.png", "cam/0001.png", "cam/0002.png");

        var lists = Read("# who is enrolled\nAnn/1.png\n\ncam/0001.png\tCem", "Ann/2.png\ncam/0002.png\tCem", "Bob/1.png");

        Assert.Equal(["Ann", "Cem", "Bob"], lists.People);
        Assert.Equal(([0, 1], [0, 1], [2]), (lists.Gallery.Select(face => face.Person).ToArray(), lists.Mated.Select(face => face.Person).ToArray(), lists.Unmated.Select(face => face.Person).ToArray()), Same);
        Assert.Equal(["Ann/1.png", "cam/0001.png", "Ann/2.png", "cam/0002.png", "Bob/1.png"], lists.Images.Select(image => image.Name));
        Assert.Equal(3, lists.Images[4].Decode().Width);
        Assert.Equal("gallery.txt, mated.txt, unmated.txt", lists.Name);

        static bool Same((int[] A, int[] B, int[] C) left, (int[] A, int[] B, int[] C) right) => left.A.SequenceEqual(right.A) && left.B.SequenceEqual(right.B) && left.C.SequenceEqual(right.C);
    }

    [Fact]
    public void Every_line_that_cannot_be_meant_is_named_with_its_file_and_number()
    {
        var said = Assert.Throws<InputException>(() => Read("Ann/1.png\nalone.png\n/etc/x.png\n../up/x.png\na\tb\tc\nAnn/3.png\t ", "Ann/2.png", "Bob/1.png")).Message;

        foreach (var part in (string[])["gallery.txt:2: 'alone.png' is in no folder", "gallery.txt:3: '/etc/x.png' is an absolute path", "gallery.txt:4: '../up/x.png' leads out of the root", "gallery.txt:5: 3 fields instead of 1 or 2", "gallery.txt:6: no person behind the tab"])
            Assert.Contains(part, said, StringComparison.Ordinal);
    }

    [Fact]
    public void Probes_of_the_wrong_list_and_faces_that_come_twice_are_named()
    {
        var said = Assert.Throws<InputException>(() => Read("Ann/1.png\nAnn/1.png", "Bob/2.png\nAnn/2.png", "Ann/3.png\nAnn/2.png")).Message;

        Assert.Contains("gallery.txt: 'Ann/1.png' is in it twice", said, StringComparison.Ordinal);
        Assert.Contains("mated.txt: 'Bob/2.png' is of 'Bob', who is not in", said, StringComparison.Ordinal);
        Assert.Contains("unmated.txt: 'Ann/3.png' is of 'Ann', who is in", said, StringComparison.Ordinal);
        Assert.Matches("unmated.txt: 'Ann/2.png' is in .*mated.txt, too", said);
    }

    [Fact]
    public void Missing_images_are_told_and_left_out_with_the_searches_that_need_them()
    {
        Faces("Ann/2.png", "Bob/1.png", "Cem/1.png", "Cem/2.png");
        var skipped = new SkippedItems();

        var lists = Read("Ann/1.png\nCem/1.png", "Ann/2.png\nCem/2.png", "Bob/1.png", skipped, 0.5);

        Assert.Equal((1, 1, 1, 2), (lists.Gallery.Count, lists.Mated.Count, lists.Unmated.Count, lists.SkippedFaces));
        Assert.Equal(1, skipped.Count);
        Assert.Contains("1 of 2 images of ", Assert.Throws<InputException>(() => Read("Ann/1.png\nCem/1.png", "Ann/2.png\nCem/2.png", "Bob/1.png")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_is_everybody_of_the_lists_whose_image_is_there()
    {
        Faces("Ann/2.png", "Ann/3.png", "Bob/1.png", "Bob/2.png", "Cem/1.png", "Cem/2.png");
        var skipped = new SkippedItems();

        // Ann's enrolled face is missing: as lists her others find nobody, in a pool they are faces like any other.
        var pool = ReadPool("Ann/1.png\nCem/1.png", "Ann/2.png\nAnn/3.png\nCem/2.png", "Bob/1.png\nBob/2.png", skipped, 0.5);

        Assert.Equal(["Cem", "Ann", "Bob"], pool.People);
        Assert.Equal(["Cem/1.png", "Ann/2.png", "Ann/3.png", "Cem/2.png", "Bob/1.png", "Bob/2.png"], pool.Faces.Select(face => pool.Images[face.Image].Name));
        Assert.Equal([0, 1, 1, 0, 2, 2], pool.Faces.Select(face => face.Person));
        Assert.Equal((2, 1, 1, "gallery.txt, mated.txt, unmated.txt"), (pool.Enrolled, pool.SkippedFaces, skipped.Count, pool.Name));

        Assert.Contains("is of 'Bob', who is not in", Assert.Throws<InputException>(() => ReadPool("Ann/1.png", "Bob/1.png", "Cem/1.png")).Message, StringComparison.Ordinal);
        Assert.Contains("no face is left of them", Assert.Throws<InputException>(() => ReadPool("No/1.png", "No/2.png", "Nobody/1.png", null, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_that_are_missing_empty_or_of_missing_faces_alone_are_refused()
    {
        Faces("Ann/1.png", "Ann/2.png");
        Assert.Contains("gallery.txt: is empty", Assert.Throws<InputException>(() => Read("", "Ann/2.png", "Bob/1.png")).Message, StringComparison.Ordinal);
        Assert.Contains("unmated.txt: holds no face", Assert.Throws<InputException>(() => Read("Ann/1.png", "Ann/2.png", "# nobody")).Message, StringComparison.Ordinal);
        Assert.Contains("unmated.txt: no face is left of it", Assert.Throws<InputException>(() => Read("Ann/1.png", "Ann/2.png", "Bob/1.png", null, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such file; expected a list of faces", Assert.Throws<InputException>(() => OpenSetListReader.Read(_folder.File("no.txt"), _folder.File("no.txt"), _folder.File("no.txt"), _folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such folder", Assert.Throws<InputException>(() => OpenSetListReader.Read(_folder.File("gallery.txt"), _folder.File("mated.txt"), _folder.File("unmated.txt"), _folder.File("nowhere"))).Message, StringComparison.Ordinal);
    }

    [Property(MaxTest = 100)]
    public void Any_bytes_are_read_or_refused_with_a_message(byte[] bytes)
    {
        File.WriteAllBytes(_folder.File("any.txt"), bytes);
        var fault = Record.Exception(() => OpenSetListReader.Read(_folder.File("any.txt"), _folder.File("any.txt"), _folder.File("any.txt"), _folder.Path));
        Assert.IsType<InputException>(fault); // no list is gallery and strangers at once
        Assert.IsType<InputException>(Record.Exception(() => OpenSetListReader.ReadPool(_folder.File("any.txt"), _folder.File("any.txt"), _folder.File("any.txt"), _folder.Path)));
    }

    private void Faces(params string[] paths)
    {
        foreach (var path in paths)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(path))!);
            File.WriteAllBytes(_folder.File(path), FaceEncoder.EncodePng(new FaceImage(3, 3, new byte[27])));
        }
    }

    private OpenSetPool ReadPool(string gallery, string mated, string unmated, SkippedItems? skipped = null, double missing = 0.01) => OpenSetListReader.ReadPool(
        _folder.WriteText("gallery.txt", gallery), _folder.WriteText("mated.txt", mated), _folder.WriteText("unmated.txt", unmated), _folder.Path, skipped, missing);

    private OpenSetLists Read(string gallery, string mated, string unmated, SkippedItems? skipped = null, double missing = 0.01) => OpenSetListReader.Read(
        _folder.WriteText("gallery.txt", gallery), _folder.WriteText("mated.txt", mated), _folder.WriteText("unmated.txt", unmated), _folder.Path, skipped, missing);
}
