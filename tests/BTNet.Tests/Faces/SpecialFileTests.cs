using System.Net.Sockets;
using BTNet.Faces;
using BTNet.TestSupport;

namespace BTNet.Tests.Faces;

public sealed class SpecialFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pipes_sockets_and_devices_are_refused_by_name_and_not_waited_for()
    {
        var pipe = SpecialFiles.MakePipe(_folder.File("pipe.jpg"));
        var link = File.CreateSymbolicLink(_folder.File("link.jpg"), pipe).FullName;
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_folder.File("socket.jpg")));

        foreach (var (path, kind) in ((string, string)[])[(pipe, "a pipe"), (link, "a pipe"), (_folder.File("socket.jpg"), "a socket"), ("/dev/zero", "a device")])
        {
            var said = $"{path}: is {kind} and no regular file; expected ";
            Assert.StartsWith(said, Assert.Throws<InputException>(() => FaceDecoder.DecodeFile(path)).Message, StringComparison.Ordinal);
            Assert.StartsWith(said, Assert.Throws<InputException>(() => LandmarkFile.Read(path)).Message, StringComparison.Ordinal);
            Assert.StartsWith($"the pictures: {said}", Assert.Throws<InputException>(() => PictureFiles.Find([path])).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Files_folders_links_to_them_and_nothing_are_not_special()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the right to make links");
        var file = _folder.WriteText("ä file.txt", "");
        File.CreateSymbolicLink(_folder.File("link"), file);
        foreach (var path in (string[])[file, _folder.File("link"), _folder.Path, _folder.File("nowhere")]) Assert.Null(SpecialFile.KindOf(path));
    }
}
