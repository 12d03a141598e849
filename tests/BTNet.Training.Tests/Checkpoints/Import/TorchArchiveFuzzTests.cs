using System.Diagnostics;
using BTNet.TestSupport;
using BTNet.Training.Checkpoints.Import;

namespace BTNet.Training.Tests.Checkpoints.Import;

public sealed class TorchArchiveFuzzTests
{
    [Theory]
    [InlineData(ArchivesOfTorch.Checkpoint)]
    [InlineData(ArchivesOfTorch.Types)]
    public void A_damaged_archive_is_read_or_refused_in_bounded_time_and_memory(string saved)
        => Try(Mutations.Of(ArchivesOfTorch.Saved(saved), 5000, seed: 3));

    [Theory]
    [InlineData(ArchivesOfTorch.Checkpoint)]
    [InlineData(ArchivesOfTorch.Parameters)]
    [InlineData(ArchivesOfTorch.Types)]
    public void A_damaged_pickle_in_a_sound_archive_is_read_or_refused_in_bounded_time_and_memory(string saved)
    {
        // Zipped anew, so that the checksum does not shield the pickle.
        var entries = ArchivesOfTorch.Entries(ArchivesOfTorch.Saved(saved));
        var pickle = entries.Single(entry => entry.Name == "archive/data.pkl").Content;
        Try(Mutations.Of(pickle, 5000, seed: 4).Select(damaged
            => ArchivesOfTorch.Zip(entries.Select(entry => (entry.Name, entry.Name == "archive/data.pkl" ? damaged : entry.Content)))));
    }

    private static void Try(IEnumerable<byte[]> files)
    {
        var watch = Stopwatch.StartNew();
        var (read, refused) = (0, 0);
        foreach (var file in files)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                foreach (var tensor in TorchArchive.Read(new MemoryStream(file), "net.pt").Tensors) Assert.InRange(tensor.ToSingles().Length, 0, file.Length);
                read++;
            }
            catch (InputException)
            {
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
        }

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 60);
        Assert.True(read > 50 && refused > 50, $"{read} read, {refused} refused");
    }
}
