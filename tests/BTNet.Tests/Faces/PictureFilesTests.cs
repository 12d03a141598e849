using BTNet.Faces;
using BTNet.TestSupport;

namespace BTNet.Tests.Faces;

public sealed class PictureFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Links_to_files_are_pictures_and_folders_that_are_links_are_not_entered()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the right to make links");
        var pictures = Directory.CreateDirectory(_folder.File("pictures")).FullName;
        var below = Directory.CreateDirectory(Path.Combine(pictures, "below")).FullName;
        var elsewhere = _folder.WriteBytes("elsewhere.jpg", [1]);
        File.WriteAllBytes(Path.Combine(below, "own.png"), [1]);
        File.CreateSymbolicLink(Path.Combine(below, "linked.jpg"), elsewhere);
        File.CreateSymbolicLink(Path.Combine(pictures, "broken.jpg"), _folder.File("nowhere.jpg"));
        Directory.CreateSymbolicLink(Path.Combine(below, "loop"), pictures);
        Directory.CreateSymbolicLink(Path.Combine(pictures, "folder.jpg"), below);

        // What leads nowhere is found, too: whoever reads it says so.
        Assert.Equal(["below/linked.jpg", "below/own.png", "broken.jpg"], PictureFiles.Find([pictures]).Select(file => Path.GetRelativePath(pictures, file)));
    }

    [Fact]
    public void What_is_hidden_and_what_is_no_picture_is_left_out()
    {
        _folder.WriteBytes("a.jpg", [1]);
        _folder.WriteBytes("b.txt", [1]);
        File.SetAttributes(_folder.WriteBytes(".c.jpg", [1]), FileAttributes.Hidden);
        File.SetAttributes(Directory.CreateDirectory(_folder.File(".d")).FullName, FileAttributes.Hidden | FileAttributes.Directory);
        File.WriteAllBytes(Path.Combine(_folder.File(".d"), "e.jpg"), [1]);

        Assert.Equal([_folder.File("a.jpg")], PictureFiles.Find([_folder.Path]));
    }
}
