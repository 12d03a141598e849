using BTNet.Cli.Embedding;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

public sealed class FullDiskTests(TinyModel tiny) : IDisposable
{
    private readonly SmallDisk _disk = new();

    [Fact]
    public void A_disk_that_fills_up_leaves_the_earlier_state_whole_to_go_on_from()
    {
        var model = _disk.Path;
        var progress = Path.Combine(model, "trunk.progress.safetensors");
        using (var running = Btnet.Start(tiny.TrainTrunk(model)))
        {
            while (!File.Exists(progress) && !running.HasEnded) Thread.Sleep(5);
            running.Kill();
        }

        foreach (var leftover in Directory.GetFiles(model, "*.tmp")) File.Delete(leftover);
        var saved = File.ReadAllBytes(progress);
        _disk.Fill();

        var ended = Btnet.Run(tiny.TrainTrunk(model, "--set", "run.logEvery=100")).Expect(2);
        Assert.Contains("the disk is full", ended.Errors, StringComparison.Ordinal);
        Assert.Contains(progress, ended.Errors, StringComparison.Ordinal);
        Assert.Equal(saved, File.ReadAllBytes(progress));
        Assert.Empty(Directory.GetFiles(model, "*.tmp"));

        _disk.Empty();
        Btnet.Run(tiny.TrainTrunk(model)).Expect(0);
        TensorBytes.AssertEqual(Path.Combine(tiny.Model, "trunk.safetensors"), Path.Combine(model, "trunk.safetensors"));
    }

    [Fact]
    public void Embeddings_that_find_the_disk_full_say_what_to_do_and_keep_what_was_committed()
    {
        var disk = _disk.Path;
        var output = Path.Combine(disk, "faces.npy");
        Dictionary<string, string> identity = new(StringComparer.Ordinal);
        static JournalChunk Chunk(int first, int size) => new(first, 1, [new JournalRow(first, 0, 14, 9, 13, "", new float[size])], []);
        var fault = Assert.Throws<InputException>(() =>
        {
            using var journal = EmbeddingJournal.Open(output, identity, fresh: false);
            journal.Append(Chunk(0, 16));
            _disk.Fill();
            // Within what a buffer would hold, so that closing would try again.
            journal.Append(Chunk(1, 10_000));
        });
        Assert.Contains("what was committed is kept. Free some space", fault.Message, StringComparison.Ordinal);
        using var again = EmbeddingJournal.Open(output, identity, fresh: false);
        Assert.Equal(1, again.Pictures);
    }

    public void Dispose() => _disk.Dispose();
}
