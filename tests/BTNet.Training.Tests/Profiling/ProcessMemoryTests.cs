using System.IO.MemoryMappedFiles;
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
        GC.KeepAlive(kept);
    }

    [Fact]
    public void Pages_that_the_kernel_had_to_give_are_seen()
    {
        // Mapped, and neither malloc's nor .NET's: these keep memory, and an array may lie in pages that were there before.
        const int size = 50 << 20, page = 4096;
        var before = ProcessMemory.Now();
        using (var mapped = MemoryMappedFile.CreateNew(null, size))
        using (var view = mapped.CreateViewAccessor())
            for (var at = 0L; at < size; at += page) view.Write(at, (byte)1);
        var faults = MemoryProfile.Between(before, ProcessMemory.Now(), 2).PageFaultsPerStep;

        // Were the pages of 2 MiB, that many.
        if (OperatingSystem.IsLinux()) Assert.True(faults >= size / (2 << 20) / 2, $"{faults} page faults");
        else Assert.Null(faults);
    }
}
