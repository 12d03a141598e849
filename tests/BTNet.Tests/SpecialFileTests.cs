using System.Net.Sockets;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.TestSupport;
using BTNet.Tests.Models;

namespace BTNet.Tests;

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

    /// <summary>A package may come from anybody; what regresses waits for ever.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Pipes_in_model_packages_and_in_place_of_recognisers_are_refused_and_not_waited_for()
    {
        var pipe = SpecialFiles.MakePipe(_folder.File("pipe"));
        await Task.Run(() =>
        {
            foreach (var file in (string[])[ModelPackage.ManifestFile, CraftedPackage.Index, CraftedPackage.Weights, "r112.onnx"])
            {
                var package = CraftedPackage.Write(_folder.File($"with {file}"), [112]);
                File.Delete(Path.Combine(package, file));
                SpecialFiles.MakePipe(Path.Combine(package, file));
                foreach (var verify in (bool[])[true, false])
                {
                    var fault = Assert.Throws<InputException>(() => ModelPackage.Open(package, verify)).Message;
                    Assert.Contains($"{file}", fault, StringComparison.Ordinal);
                    Assert.Contains("is a pipe and no regular file", fault, StringComparison.Ordinal);
                }
            }

            Assert.Contains("is a pipe and no regular file", Assert.Throws<InputException>(() => new PackageDraft(_folder.File($"with {ModelPackage.ManifestFile}"))).Message, StringComparison.Ordinal);
            Assert.StartsWith($"{pipe}: is a pipe and no regular file; expected an ONNX file", Assert.Throws<InputException>(() => RecogniserShape.Of(pipe, CraftedRecogniser.Expects)).Message, StringComparison.Ordinal);
            File.WriteAllBytes(_folder.File("recogniser.onnx"), CraftedRecogniser.Graph(location: "pipe"));
            Assert.StartsWith($"{pipe}: is a pipe", Assert.Throws<InputException>(() => RecogniserShape.Of(_folder.File("recogniser.onnx"), CraftedRecogniser.Expects)).Message, StringComparison.Ordinal);
            using var draft = new PackageDraft(_folder.File("package"));
            Assert.StartsWith($"{pipe}: is a pipe", Assert.Throws<InputException>(() => RecogniserPackage.Add(draft, _folder.File("recogniser.onnx"), CraftedRecogniser.Expects)).Message, StringComparison.Ordinal);
        }, TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_of_a_package_that_becomes_a_pipe_is_told_as_another_package()
    {
        var package = CraftedRecogniser.Package(_folder.File("package"), CraftedRecogniser.Graph());
        var opened = ModelPackage.Open(package);
        File.Delete(opened.PathOf("r112.onnx"));
        SpecialFiles.MakePipe(opened.PathOf("r112.onnx"));
        Assert.False(await Task.Run(() => opened.StillHas("r112.onnx"), TestContext.Current.CancellationToken));
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
