using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

public sealed class TrainBranchVerbTests(TinyModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_branch_needs_a_trunk() =>
        Assert.Contains("holds no trunk.safetensors", Btnet.Run(tiny.TrainBranch(_folder.File("model"))).Expect(2).Errors, StringComparison.Ordinal);

    [Fact]
    public void A_branch_needs_a_level_of_the_pyramid()
    {
        var command = tiny.TrainBranch(_folder.File("model"));
        command[3] = "20";
        Assert.Contains("20 is no resolution of the pyramid", Btnet.Run(command).Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finished_branch_is_not_trained_over() =>
        Assert.Contains("is trained already", Btnet.Run(tiny.TrainBranch(tiny.CopyTo(_folder.File("model"), withBranch: true))).Expect(2).Errors, StringComparison.Ordinal);

    [Fact]
    public void A_trunk_file_that_holds_another_backbone_than_it_says_is_refused()
    {
        var model = tiny.CopyTo(_folder.File("model"));
        var trunk = Path.Combine(model, "trunk.safetensors");
        // As long as before, so that only the claim changes.
        File.WriteAllBytes(trunk, Replace(File.ReadAllBytes(trunk), "iresnet10"u8, "iresnet18"u8));
        var ended = Btnet.Run(tiny.TrainBranch(model)).Expect(2);
        Assert.Contains("holds another network than expected", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("layer1.1.", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
    }

    private static byte[] Replace(byte[] bytes, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        for (var at = bytes.AsSpan().IndexOf(from); at >= 0; at = bytes.AsSpan().IndexOf(from)) to.CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    public void Dispose() => _folder.Dispose();
}
