using BTNet.TestSupport;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class FolderSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Identities_and_images_are_in_the_ordinal_order_of_their_names()
    {
        Write("b", "2.png", "10.jpg");
        Write("a", "x.JPEG");
        Write("B", "y.webp", "z.bmp");
        var source = new FolderSource(_folder.Path);
        Assert.Equal(["B", "a", "b"], Enumerable.Range(0, source.Identities).Select(source.IdentityName));
        Assert.Equal(["B/y.webp", "B/z.bmp", "a/x.JPEG", "b/10.jpg", "b/2.png"], Enumerable.Range(0, source.Count).Select(i => Relative(source.NameOf(i))));
        Assert.Equal([0, 0, 1, 2, 2], Enumerable.Range(0, source.Count).Select(source.LabelOf));
        Assert.Contains("3 identities, 5 images", source.Description);
    }

    [Fact]
    public void Other_files_hidden_files_and_empty_folders_are_passed_over()
    {
        Write("a", "1.jpg", "notes.txt", "Thumbs.db", "._1.jpg", "1.jpg.part", "noextension");
        Write("empty");
        Write("text", "readme.md");
        Write(".git", "1.jpg");
        File.WriteAllText(_folder.File("list.txt"), "x");
        var source = new FolderSource(_folder.Path);
        Assert.Equal(1, source.Count);
        Assert.Equal(2, source.FoldersLeftOut);
        Assert.Contains("2 folders", source.Description);
    }

    [Fact]
    public void Identities_with_one_image_are_counted_and_can_be_left_out()
    {
        Write("a", "1.jpg");
        Write("b", "1.jpg", "2.jpg");
        Write("c", "1.jpg");
        Assert.Equal(2, new FolderSource(_folder.Path).SingleImageIdentities());
        var several = new FolderSource(_folder.Path, new FolderSourceOptions { MinimumImages = 2 });
        Assert.Equal((1, 2, 2), (several.Identities, several.Count, several.FoldersLeftOut));
        Assert.Equal(0, several.SingleImageIdentities());
        Assert.Equal([2], several.ImagesPerIdentity());
    }

    [Fact]
    public void Only_the_identities_asked_for_are_taken()
    {
        Write("a", "1.jpg");
        Write("b", "1.jpg", "2.jpg");
        Write("c", "1.jpg");
        var source = new FolderSource(_folder.Path, new FolderSourceOptions { Identities = ["c", "a", "c"] });
        Assert.Equal(["a", "c"], Enumerable.Range(0, source.Identities).Select(source.IdentityName));
        var fault = Assert.Throws<InputException>(() => new FolderSource(_folder.Path, new FolderSourceOptions { Identities = ["a", "x", "d"] }));
        Assert.Contains("2 of the 3 identities", fault.Message);
        Assert.Contains("d, x", fault.Message);
    }

    [Fact]
    public void A_missing_folder_is_refused_by_name()
    {
        var fault = Assert.Throws<InputException>(() => new FolderSource(_folder.File("nowhere")));
        Assert.Contains(_folder.File("nowhere"), fault.Message);
        Assert.Contains("no such folder", fault.Message);
    }

    [Fact]
    public void A_folder_without_an_identity_is_refused_and_the_layout_explained()
    {
        Assert.Contains("is empty", Assert.Throws<InputException>(() => new FolderSource(_folder.Path)).Message);
        Write("a");
        Assert.Contains("none of its 1 folders holds a picture", Assert.Throws<InputException>(() => new FolderSource(_folder.Path)).Message);
        File.WriteAllBytes(_folder.File("1.jpg"), TestFaces.Jpeg(1));
        Assert.Contains("the pictures lie in the folder itself", Assert.Throws<InputException>(() => new FolderSource(_folder.Path)).Message);
    }

    [Fact]
    public void A_minimum_that_leaves_nothing_is_named()
    {
        Write("a", "1.jpg");
        var fault = Assert.Throws<InputException>(() => new FolderSource(_folder.Path, new FolderSourceOptions { MinimumImages = 2 }));
        Assert.Contains("lower the minimum", fault.Message);
    }

    [Fact]
    public void Naming_the_folder_above_a_training_set_is_told_the_right_one()
    {
        Directory.CreateDirectory(_folder.File("Face_Identification_Test_Set"));
        Write("training_set/0001", "1.jpg");
        var fault = Assert.Throws<InputException>(() => new FolderSource(_folder.Path));
        Assert.Contains(_folder.File("training_set"), fault.Message);
    }

    [Fact]
    public void Images_are_judged_by_content_and_broken_ones_are_refused_by_name()
    {
        Write("a");
        _folder.WriteBytes("a/1 png.jpg", TestFaces.Png(1, 20, 10));
        _folder.WriteBytes("a/2 cut.jpg", TestFaces.Jpeg(2).AsSpan()[..^400]);
        _folder.WriteBytes("a/3 huge.png", TestFaces.HugeHeader());
        _folder.WriteBytes("a/4 empty.jpg", []);
        _folder.WriteBytes("a/5 text.jpg", "hello"u8);
        var source = new FolderSource(_folder.Path);
        var image = source.Load(0);
        Assert.Equal((20, 10), (image.Width, image.Height));
        for (var i = 1; i < 5; i++)
            Assert.Contains(source.NameOf(i), Assert.Throws<InputException>(() => source.Load(i)).Message);
        Assert.Contains("40000 x 40000", Assert.Throws<InputException>(() => source.Load(2)).Message);
    }

    [Fact]
    public void An_image_that_vanished_is_refused_by_name()
    {
        Write("a", "1.jpg");
        var source = new FolderSource(_folder.Path);
        File.Delete(_folder.File("a/1.jpg"));
        Assert.Contains("1.jpg", Assert.Throws<InputException>(() => source.Load(0)).Message);
    }

    [Fact]
    public void Labeled_faces_in_the_wild_is_read_as_it_lies()
    {
        var faces = SharedData.Require("lfw", "faces");
        var people = IdentityList.Read(SharedData.Require("lfw", "train-identities.txt"));
        var source = new FolderSource(faces, new FolderSourceOptions { Identities = people });
        Assert.Equal((2872, 6301), (source.Identities, source.Count));
        var image = source.Load(source.Count - 1);
        Assert.Equal((112, 112), (image.Width, image.Height));
    }

    [Fact]
    public void The_training_set_of_survface_is_read_at_native_sizes()
    {
        var source = new FolderSource(SharedData.Require("formats", "survface", "training_set"));
        Assert.Equal(40, source.Identities);
        Assert.Equal("0001", source.IdentityName(0));
        var sizes = Enumerable.Range(0, source.Count).Select(i => source.Load(i)).Select(image => (image.Width, image.Height)).Distinct().ToList();
        Assert.True(sizes.Count > 10, $"only {sizes.Count} sizes");
        Assert.All(sizes, size => Assert.InRange(Math.Max(size.Width, size.Height), 6, 60));
    }

    private string Relative(string path) => Path.GetRelativePath(_folder.Path, path).Replace('\\', '/');

    private void Write(string identity, params string[] files)
    {
        Directory.CreateDirectory(_folder.File(identity));
        foreach (var file in files) File.WriteAllBytes(Path.Combine(_folder.File(identity), file), []);
    }
}
