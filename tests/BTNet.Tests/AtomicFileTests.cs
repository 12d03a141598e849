using BTNet.TestSupport;

namespace BTNet.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_file_is_written_and_missing_folders_are_made()
    {
        var path = Path.Combine(_folder.Path, "a", "b", "out.txt");
        AtomicFile.WriteText(path, "größe");
        Assert.Equal("größe"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void An_earlier_file_is_replaced_also_by_a_shorter_one()
    {
        var path = _folder.WriteText("out.txt", "a long earlier text");
        AtomicFile.WriteText(path, "new");
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void The_earlier_file_is_whole_while_the_new_one_is_being_written()
    {
        var path = _folder.WriteText("out.txt", "earlier");
        AtomicFile.Write(path, stream =>
        {
            stream.Write("half of the n"u8);
            stream.Flush();
            Assert.Equal("earlier", File.ReadAllText(path));
        });
        Assert.Equal("half of the n", File.ReadAllText(path));
    }

    [Fact]
    public void A_fault_in_the_writer_leaves_the_earlier_file_and_nothing_else()
    {
        var path = _folder.WriteText("out.txt", "earlier");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            throw new InvalidOperationException("the writer is at fault");
        }));
        Assert.Equal("earlier", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_full_disk_is_named_with_the_file_and_what_to_do()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full, the device that is always full, of Linux");
        var path = _folder.WriteText("out.txt", "earlier");
        var fault = Assert.Throws<InputException>(() => AtomicFile.Write(path, stream =>
        {
            // The kernel's own "no space left", raised while the file is half written.
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
            stream.Write("new"u8);
            full.Write(new byte[4096]);
        }));
        Assert.Contains(path, fault.Message);
        Assert.Contains("disk is full", fault.Message);
        Assert.Contains("Free some space", fault.Message);
        Assert.Equal("earlier", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_refused_by_name()
    {
        var fault = Assert.Throws<InputException>(() => AtomicFile.WriteText(_folder.Path, "text"));
        Assert.Contains(_folder.Path, fault.Message);
        Assert.Contains("is a folder", fault.Message);
    }

    [Fact]
    public void A_file_in_the_place_of_a_folder_is_refused_by_name()
    {
        var file = _folder.WriteText("file", "text");
        var fault = Assert.Throws<InputException>(() => AtomicFile.WriteText(Path.Combine(file, "out.txt"), "text"));
        Assert.Contains(Path.Combine(file, "out.txt"), fault.Message);
    }

    [Fact]
    public void A_place_that_could_not_be_written_to_is_refused_beforehand_and_nothing_is_made()
    {
        var file = _folder.WriteText("file", "text");
        foreach (var (path, said) in ((string, string)[])[("", "is given no name"), (_folder.Path, "is a folder; expected the name of a page"), (Path.Combine(file, "a", "b"), $"{file} is a file and no folder")])
            Assert.Contains(said, Assert.Throws<InputException>(() => AtomicFile.Require(path, "a page")).Message, StringComparison.Ordinal);
        foreach (var (path, said) in ((string, string)[])[("", "is given no name"), (file, $"{file} is a file and no folder"), (Path.Combine(file, "a"), "is a file and no folder")])
            Assert.Contains(said, Assert.Throws<InputException>(() => AtomicFile.RequireFolder(path)).Message, StringComparison.Ordinal);
        AtomicFile.Require(file);
        AtomicFile.Require(_folder.File("new/folder/file"));
        AtomicFile.RequireFolder(_folder.File("new/folder"));
        AtomicFile.RequireFolder(_folder.Path);
        Assert.False(Directory.Exists(_folder.File("new")));
    }
}
