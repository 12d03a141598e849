using System.Diagnostics;
using BTNet.Evaluation.Pickles;
using BTNet.TestSupport;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Pickles;

public sealed class UnpicklerFuzzTests
{
    private static readonly PickleGlobals Table = new PickleGlobals("a test pickle", "").AllowBytes().AllowOrderedDictionary().AllowNumpy();

    [Fact]
    public void Damaged_pickles_are_read_or_refused_and_nothing_else()
    {
        var watch = Stopwatch.StartNew();
        var (read, refused) = (0, 0);
        foreach (var pickle in PicklesOfPython.Values.Concat(PicklesOfPython.OrderedDictionary).Concat(PicklesOfPython.Numpy).Select(PicklesOfPython.Bytes))
        {
            foreach (var damaged in Mutations.Of(pickle, 2000, seed: 1))
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                if (TryRead(damaged)) read++;
                else refused++;
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
            }
        }

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 60);
        Assert.True(read > 1000 && refused > 1000, $"{read} read, {refused} refused");
    }

    [Property(MaxTest = 2000)]
    public void Any_bytes_are_read_or_refused_and_nothing_else(byte[] bytes) => TryRead(bytes);

    private static bool TryRead(byte[] bytes)
    {
        try
        {
            Unpickler.Read(bytes, "x", Table);
            return true;
        }
        catch (InputException)
        {
            return false;
        }
    }
}
