using System.Diagnostics;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Protocols.Pairs;

public sealed class InsightFaceBinFuzzTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_damaged_file_is_read_or_refused_in_bounded_time_and_memory(bool python2)
    {
        var valid = InsightFaceBinTests.Pickle([.. Enumerable.Range(0, 20).Select(i => new byte[] { 0xFF, 0xD8, (byte)i })], [.. Enumerable.Range(0, 10).Select(i => i % 2 == 0)], python2);
        var watch = Stopwatch.StartNew();
        var (read, refused) = (0, 0);

        foreach (var damaged in Mutations.Of(valid, 10_000, seed: 2))
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var bin = InsightFaceBin.Parse(damaged, "x.bin");
                for (var i = 0; i < bin.Pairs; i++) Assert.InRange(bin.First(i).Length + bin.Second(i).Length, 0, damaged.Length);
                read++;
            }
            catch (InputException)
            {
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
        }

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 60);
        Assert.True(read > 100 && refused > 100, $"{read} read, {refused} refused");
    }
}
