using BTNet.Models;
using BTNet.TestSupport;

namespace BTNet.Tests.Models;

public sealed class PackageDraftTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Until_it_is_put_in_place_nothing_has_the_name()
    {
        var target = _folder.File("model");
        using (var draft = Begun(target))
        {
            Assert.False(Directory.Exists(target));
            Assert.Single(ModelPackage.Open(draft.Folder).Resolutions);
            draft.PutInPlace();
            Assert.Equal(target, draft.Folder);
        }

        Assert.Equal([target], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Single(ModelPackage.Open(target).Resolutions);
    }

    [Fact]
    public void What_is_not_put_in_place_is_removed_and_an_earlier_package_stays()
    {
        var target = CraftedPackage.Write(_folder.File("model"), [112]);
        var before = ModelPackage.Open(target).Fingerprint;

        using (Begun(target))
        {
        }

        Assert.Equal([target], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal(before, ModelPackage.Open(target).Fingerprint);
    }

    [Fact]
    public void An_earlier_package_is_replaced_as_a_whole()
    {
        var target = CraftedPackage.Write(_folder.File("model"), [112, 28, 7]);
        CraftedPackage.Write(target, [112]);

        Assert.Equal([target], Directory.GetFileSystemEntries(_folder.Path));
        Assert.False(File.Exists(Path.Combine(target, "r7.onnx")));
        Assert.Single(ModelPackage.Open(target).Resolutions);
    }

    [Fact]
    public void A_folder_with_other_things_in_it_and_a_file_are_not_touched()
    {
        var photos = Directory.CreateDirectory(_folder.File("photos")).FullName;
        File.WriteAllText(Path.Combine(photos, "a.jpg"), "a");

        Assert.Contains("holds other files and no model package", Assert.Throws<InputException>(() => new PackageDraft(photos)).Message, StringComparison.Ordinal);
        Assert.Contains("is a file", Assert.Throws<InputException>(() => new PackageDraft(Path.Combine(photos, "a.jpg"))).Message, StringComparison.Ordinal);

        Assert.Equal([photos], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Single(Directory.GetFileSystemEntries(photos));
    }

    [Fact]
    public void A_users_own_files_beside_a_package_are_named_and_stay()
    {
        var target = CraftedPackage.Write(_folder.File("model"), [112]);
        Directory.CreateDirectory(Path.Combine(target, "photos"));
        foreach (var name in new[] { "notes.txt", ".hidden", "photos/a.jpg", "x1", "x2", "x3", "x4" }) File.WriteAllText(Path.Combine(target, name), name);

        var fault = Assert.Throws<InputException>(() => new PackageDraft(target)).Message;

        Assert.Contains("holds 7 other files beside its model package: .hidden, notes.txt, photos/a.jpg, x1, x2 and 2 more", fault, StringComparison.Ordinal);
        Assert.Equal("notes.txt", File.ReadAllText(Path.Combine(target, "notes.txt")));
        Assert.Equal([target], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_file_that_comes_while_the_package_is_made_stays()
    {
        var target = CraftedPackage.Write(_folder.File("model"), [112]);
        using (var draft = Begun(target))
        {
            File.WriteAllText(Path.Combine(target, "notes.txt"), "mine");
            Assert.Contains("1 other file beside its model package: notes.txt", Assert.Throws<InputException>(draft.PutInPlace).Message, StringComparison.Ordinal);
        }

        Assert.Equal("mine", File.ReadAllText(Path.Combine(target, "notes.txt")));
        Assert.Equal([target], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_package_whose_manifest_cannot_be_read_is_not_replaced()
    {
        var target = CraftedPackage.Write(_folder.File("model"), [112]);
        File.WriteAllText(Path.Combine(target, ModelPackage.ManifestFile), "{");
        Assert.Contains("remove this one first", Assert.Throws<InputException>(() => new PackageDraft(target)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_with_damaged_files_is_replaced()
    {
        var target = CraftedPackage.Write(_folder.File("model"), [112]);
        File.WriteAllText(Path.Combine(target, "r112.onnx"), "cut");
        File.Delete(Path.Combine(target, CraftedPackage.Index));
        CraftedPackage.Write(target, [112]);
        Assert.Single(ModelPackage.Open(target).Resolutions);
    }

    [Fact]
    public void An_empty_folder_may_be_taken()
    {
        var target = Directory.CreateDirectory(_folder.File("model")).FullName;
        CraftedPackage.Write(target, [112]);
        Assert.Single(ModelPackage.Open(target).Resolutions);
    }

    [Fact]
    public void Of_two_exports_to_one_place_each_leaves_a_whole_package()
    {
        var target = _folder.File("model");
        using var first = Begun(target);
        using var second = Begun(target);

        first.PutInPlace();
        second.PutInPlace();

        Assert.Single(ModelPackage.Open(target).Resolutions);
        Assert.Equal([target], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_link_stays_and_the_package_is_replaced_where_it_leads()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the right to make links");
        var elsewhere = Directory.CreateDirectory(_folder.File("elsewhere")).FullName;
        var target = CraftedPackage.Write(Path.Combine(elsewhere, "model-1"), [112, 28]);
        Directory.CreateSymbolicLink(Path.Combine(elsewhere, "newest"), "model-1");
        var link = Directory.CreateSymbolicLink(_folder.File("model"), Path.Combine("elsewhere", "newest")).FullName;

        CraftedPackage.Write(link, [112]);

        Assert.Equal(Path.Combine("elsewhere", "newest"), new DirectoryInfo(link).LinkTarget);
        Assert.Single(ModelPackage.Open(target).Resolutions);
        Assert.Equal([elsewhere, link], Directory.GetFileSystemEntries(_folder.Path).Order(StringComparer.Ordinal));
        Assert.Equal([target, Path.Combine(elsewhere, "newest")], Directory.GetFileSystemEntries(elsewhere).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_link_to_what_is_not_there_yet_has_it_made()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the right to make links");
        var link = Directory.CreateSymbolicLink(_folder.File("model"), Path.Combine("deep", "model-1")).FullName;
        CraftedPackage.Write(link, [112]);
        Assert.NotNull(new DirectoryInfo(link).LinkTarget);
        Assert.Single(ModelPackage.Open(_folder.File(Path.Combine("deep", "model-1"))).Resolutions);
    }

    [Fact]
    public void Links_to_files_and_those_that_lead_round_in_a_circle_are_refused_by_name()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the right to make links");
        var (circle, file) = (_folder.File("circle"), _folder.File("file"));
        Directory.CreateSymbolicLink(circle, circle);
        File.CreateSymbolicLink(file, _folder.WriteText("notes.txt", "mine"));
        Assert.StartsWith($"{circle}: is a link that cannot be followed", Assert.Throws<InputException>(() => new PackageDraft(circle)).Message, StringComparison.Ordinal);
        Assert.StartsWith($"{file} is a file", Assert.Throws<InputException>(() => new PackageDraft(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_cannot_be_written_to_is_named_before_any_work()
    {
        using var place = ReadOnlyPlace.Make(_folder.Path);
        var fault = Assert.Throws<InputException>(() => new PackageDraft(Path.Combine(place.Path, "model")));
        Assert.Contains(Path.Combine(place.Path, "model"), fault.Message, StringComparison.Ordinal);
        Assert.Contains("in a place that you may write to", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("/outside")]
    [InlineData("a\\b")]
    [InlineData("C:b")]
    [InlineData("a//b")]
    [InlineData("btnet.json")]
    public void Names_that_lead_out_of_the_package_are_refused_and_nothing_is_written(string name)
    {
        using var draft = new PackageDraft(_folder.File("deep/model"));
        Assert.Contains($"'{name}' is no name of a file within the package", Assert.Throws<ArgumentException>(() => draft.Add(name, _ => Assert.Fail("wrote"))).Message, StringComparison.Ordinal);
        Assert.Empty(draft.Files);
    }

    [Fact]
    public void A_manifest_that_nobody_could_read_is_not_written_and_its_faults_are_named()
    {
        using var draft = Begun(_folder.File("model"));
        var (path, manifest) = (Path.Combine(draft.Folder, ModelPackage.ManifestFile), CraftedPackage.Manifest([112]));
        var before = File.ReadAllText(path);
        var faults = Assert.Throws<InputException>(() => draft.Describe(manifest with { EmbeddingSize = 0, Width = null, Graphs = manifest.Graphs with { Paths = [.. manifest.Graphs.Paths, new ResolutionGraph(7, "gone.onnx", null, 1, 1)] } })).Faults;
        Assert.Equal(["embeddingSize is 0", "width is missing", "graphs uses 'gone.onnx'"], faults.Select(fault => string.Join(' ', fault.TrimEnd('.').Split(' ', ',')[..3])));
        Assert.Contains("backbone", Assert.Throws<InputException>(() => draft.Describe(manifest with { Backbone = null! })).Message, StringComparison.Ordinal);
        Assert.Contains("can be written", Assert.Throws<InputException>(() => draft.Describe(manifest with { FaceStatistics = [new FaceStatistics(112, 1, double.NaN, 0)] })).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(path));
    }

    private static PackageDraft Begun(string target)
    {
        var draft = new PackageDraft(target);
        foreach (var name in new[] { CraftedPackage.Weights, CraftedPackage.Index, "r112.onnx" }) draft.Add(name, stream => stream.Write("contents"u8));
        draft.Describe(CraftedPackage.Manifest([112]));
        return draft;
    }
}
