using BTNet.Faces;
using BTNet.TestSupport;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class PictureSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Pictures_of_a_flat_folder_are_one_identity_in_the_order_of_their_names()
    {
        Add("b.png", "a.jpg", "c.jpeg", "notes.txt");

        var source = new PictureSource(_folder.Path);

        Assert.Equal((3, 1), (source.Count, source.Identities));
        Assert.Equal(["a.jpg", "b.png", "c.jpeg"], Names(source));
        Assert.Equal([0, 0, 0], Labels(source));
        Assert.Equal(".", source.IdentityName(0));
        Assert.Contains("3 pictures", source.Description, StringComparison.Ordinal);
        Assert.Equal((8, 8), (source.Load(1).Width, source.Load(1).Height));
    }

    [Fact]
    public void Folders_below_the_root_are_identities_however_deep_their_pictures_lie()
    {
        Add("ann/1.jpg", "ann/more/deep/2.jpg", "bob/1.jpg");

        var source = new PictureSource(_folder.Path);

        Assert.Equal((3, 2), (source.Count, source.Identities));
        Assert.Equal(["ann", "ann", "bob"], Labels(source).Select(source.IdentityName));
        Assert.NotEqual("", source.VersionOf(0));
    }

    [Fact]
    public void Folders_in_which_none_of_the_kinds_of_pictures_lies_are_refused_with_all_of_them()
    {
        Add("ann/1.gif", "bob/notes.txt");

        Assert.Equal(1, new PictureSource(_folder.Path, ["ann"]).Count);
        Assert.Contains(".gif", Assert.Throws<InputException>(() => new PictureSource(_folder.Path, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_in_the_root_between_folders_are_one_identity()
    {
        // By name: ann/1, b.jpg, cid/1, d.jpg.
        Add("ann/1.jpg", "b.jpg", "cid/1.jpg", "d.jpg");

        var source = new PictureSource(_folder.Path);

        Assert.Equal(3, source.Identities);
        Assert.Equal(["ann", ".", "cid", "."], Labels(source).Select(source.IdentityName));
    }

    [Fact]
    public void Identities_that_were_chosen_are_taken_and_no_others()
    {
        Add("ann/1.jpg", "bob/1.jpg", "bob/2.jpg", "cid/1.jpg", "loose.jpg");

        Assert.Equal(["bob", "bob", "cid"], Taken("cid", "bob"));
        Assert.Equal([".", "ann"], Taken(".", "ann").Order(StringComparer.Ordinal));

        IEnumerable<string> Taken(params string[] chosen)
        {
            var source = new PictureSource(_folder.Path, chosen);
            return Labels(source).Select(source.IdentityName);
        }
    }

    [Fact]
    public void Chosen_identities_that_are_not_there_are_named()
    {
        Add("ann/1.jpg");

        var said = Assert.Throws<InputException>(() => new PictureSource(_folder.Path, ["ann", "zoe", "bob"])).Message;

        Assert.Contains("2 of the 3 folders asked for are not there: bob, zoe", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chosen_folder_without_pictures_and_one_deeper_down_are_named_too()
    {
        Add("ann/1.jpg", "bob/deep/1.jpg", "cid/notes.txt");

        Assert.Contains("cid", Assert.Throws<InputException>(() => new PictureSource(_folder.Path, ["ann", "cid"])).Message, StringComparison.Ordinal);
        Assert.Contains("bob/deep", Assert.Throws<InputException>(() => new PictureSource(_folder.Path, ["ann", "bob/deep"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_missing_or_empty_is_refused_and_named()
    {
        var (missing, empty) = (_folder.File("missing"), Directory.CreateDirectory(_folder.File("empty")).FullName);

        Assert.Contains($"{missing}: no such folder", Assert.Throws<InputException>(() => new PictureSource(missing)).Message, StringComparison.Ordinal);
        Assert.Contains($"{empty}: no picture", Assert.Throws<InputException>(() => new PictureSource(empty)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hidden_files_and_folders_are_left_out()
    {
        Add("ann/1.jpg", ".hidden.jpg", ".cache/1.jpg", "ann/.2.jpg");

        Assert.Equal(["1.jpg"], Names(new PictureSource(_folder.Path)));
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> Names(PictureSource source) => Enumerable.Range(0, source.Count).Select(item => Path.GetFileName(source.NameOf(item)));

    private static IEnumerable<int> Labels(PictureSource source) => Enumerable.Range(0, source.Count).Select(source.LabelOf);

    private void Add(params string[] names)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
            File.WriteAllBytes(_folder.File(name), name.EndsWith(".txt", StringComparison.Ordinal) ? "text"u8.ToArray() : TestFaces.Png(1, 8, 8));
        }
    }
}
