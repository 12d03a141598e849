using BTNet.Training.Profiling;

namespace BTNet.Training.Tests.Profiling;

public sealed class ProcessMemoryTests
{
    [Fact]
    public void Page_faults_are_read_whatever_the_process_is_called() =>
        Assert.Equal(1234 + 7, ProcessMemory.FaultsOf("42 (a (strange) name) S 1 42 42 0 -1 4194304 1234 99 7 3 10 20"));

    [Fact]
    public void What_is_allocated_between_two_moments_is_seen()
    {
        var before = ProcessMemory.Now();
        var kept = new byte[50 << 20];
        Array.Fill(kept, (byte)1);
        GC.Collect();
        var after = ProcessMemory.Now();

        var use = MemoryProfile.Between(before, after, 2);
        Assert.InRange(use.ManagedBytesPerStep, 25 << 20, double.MaxValue);
        Assert.All(use.Collections, count => Assert.True(count >= 1));
        Assert.True(use.ResidentBytes > 50 << 20);
        if (OperatingSystem.IsLinux()) Assert.True(use.PageFaultsPerStep > 0);
        else Assert.Null(use.PageFaultsPerStep);
        GC.KeepAlive(kept);
    }
}
