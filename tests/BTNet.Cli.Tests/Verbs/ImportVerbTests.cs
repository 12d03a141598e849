using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

public sealed class ImportVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_state_dict_becomes_a_trunk_and_is_never_written_over()
    {
        var file = SharedData.Require("formats", "torch", "iresnet_w8.pt");
        Assert.Contains("iresnet10 (width 8, embedding 32)", Btnet.Run("import", file, "--output", _folder.Path).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("importedFrom: iresnet_w8.pt", Btnet.Run("info", "--model", _folder.Path).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("holds a trunk already", Btnet.Run("import", file, "--output", _folder.Path).Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_parallel_prefix_half_precision_and_a_strided_view_are_taken()
    {
        var ended = Btnet.Run("import", SharedData.Require("formats", "torch", "iresnet_w8_module_half_strided.pt"), "--output", _folder.Path).Expect(0);
        Assert.Contains("'module.'", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("iresnet10 (width 8, embedding 32)", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_old_format_is_refused_with_what_to_do()
    {
        var ended = Btnet.Run("import", SharedData.Require("formats", "torch", "iresnet_w8_legacy.pt"), "--output", _folder.Path).Expect(2);
        Assert.Contains("torch.save", ended.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_trunk_is_not_taken_for_another_backbone()
    {
        var ended = Btnet.Run("import", SharedData.Require("formats", "torch", "iresnet_w8.pt"), "--output", _folder.Path, "--backbone", "iresnet18").Expect(2);
        Assert.Contains("'layer1.1.bn1.weight' is missing", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trunk_is_not_taken_for_a_branch()
    {
        var file = SharedData.Require("formats", "torch", "iresnet_w8.pt");
        Btnet.Run("import", file, "--output", _folder.Path).Expect(0);
        var ended = Btnet.Run("import", file, "--output", _folder.Path, "--resolution", "14").Expect(2);
        Assert.Contains("layer1.0.downsample", ended.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
