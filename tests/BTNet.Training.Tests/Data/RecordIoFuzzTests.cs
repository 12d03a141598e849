using System.Diagnostics;
using System.Text;
using BTNet.Faces;
using BTNet.TestSupport;
using BTNet.Training.Data;
using BTNet.Training.Randomness;

namespace BTNet.Training.Tests.Data;

public sealed class RecordIoFuzzTests : IDisposable
{
    private const int Rounds = 1500;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Damaged_files_are_read_or_refused_and_nothing_else()
    {
        var writer = RecordIoWriter.InsightFace([.. Enumerable.Range(0, 5).Select(i => (TestFaces.Jpeg(i, 16, 16), (float[])[i / 2, 1]))], 3);
        var (rec, idx, property) = (writer.Rec, Encoding.UTF8.GetBytes(writer.Idx), "3,112,112"u8.ToArray());
        var (refused, read) = (0, 0);
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < Rounds; round++)
        {
            var random = new SeededRandom((ulong)round);
            var hit = random.Next(4);
            _folder.WriteBytes("train.rec", hit < 2 ? Damage(rec, random) : rec);
            if (random.Next(4) == 0) File.Delete(_folder.File("train.idx"));
            else _folder.WriteBytes("train.idx", hit == 2 ? Damage(idx, random) : idx);
            _folder.WriteBytes("property", hit == 3 ? Damage(property, random) : property);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using var source = new RecordIoSource(_folder.Path, random.NextBool() ? new SkippedItems() : null, greatestBrokenShare: 1);
                for (var i = 0; i < source.Count; i++)
                {
                    Assert.InRange(source.LabelOf(i), 0, source.Identities - 1);
                    Assert.NotEmpty(source.IdentityName(source.LabelOf(i)));
                    if (TryLoad(source, i)) read++;
                }
            }
            catch (InputException e)
            {
                Assert.Contains(_folder.Path, e.Message);
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64L << 20);
        }

        Assert.InRange(refused, Rounds / 20, Rounds);
        Assert.InRange(read, Rounds, 5 * Rounds);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 60);
    }

    private static bool TryLoad(RecordIoSource source, int index)
    {
        try
        {
            // A header damaged into a larger picture is a picture; its memory is the decoder's to bound.
            return source.Load(index).Width > 0;
        }
        catch (InputException e)
        {
            Assert.Contains("record", e.Message);
            return false;
        }
    }

    private static byte[] Damage(byte[] bytes, SeededRandom random)
    {
        var damaged = bytes.ToArray();
        switch (random.Next(4))
        {
            case 0:
                return damaged[..random.Next(damaged.Length)];
            case 1:
                return [.. damaged[..random.Next(damaged.Length)], .. damaged[random.Next(damaged.Length)..]];
            case 2:
                // The words that say how long something is are few: hit the first bytes of the file more often.
                damaged[random.Next(Math.Min(120, damaged.Length))] = (byte)random.NextUInt64();
                return damaged;
            default:
                for (var i = random.Next(8); i >= 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.NextUInt64();
                return damaged;
        }
    }
}
