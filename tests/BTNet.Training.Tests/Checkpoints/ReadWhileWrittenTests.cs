using BTNet.TestSupport;
using BTNet.Training.Checkpoints;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Checkpoints;

public sealed class ReadWhileWrittenTests
{
    [Fact]
    public async Task A_trunk_that_is_read_while_it_is_written_is_the_one_before_or_the_one_after_and_whole()
    {
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.File("model"));
        using var trunk = SmallNetworks.Trunk();
        Fill(0);
        var writing = Task.Run(() =>
        {
            for (var version = 1; version <= 40; version++) Fill(version);
        }, TestContext.Current.CancellationToken);

        HashSet<float> seen = [];
        do
        {
            using var scope = NewDisposeScope();
            using var loaded = model.LoadTrunk();
            var values = loaded.Weights.SelectMany(weight => weight.Tensor.detach().reshape(-1).data<float>().ToArray()).Distinct().ToList();
            seen.Add(Assert.Single(values));
        }
        while (!writing.IsCompleted);
        await writing;

        Assert.True(seen.Count > 1, $"seen: {string.Join(", ", seen)}");

        void Fill(float version)
        {
            using var _ = no_grad();
            using var scope = NewDisposeScope();
            foreach (var weight in trunk.Weights) weight.Tensor.fill_(version);
            model.Save(trunk, "{}");
        }
    }
}
