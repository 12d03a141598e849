using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using BTNet.Build;
using BTNet.TestSupport;

namespace BTNet.Training.Tests.Build;

public sealed partial class ElfSymbolPatchTests
{
    [Fact]
    public void The_one_symbol_is_renamed_unversioned_and_its_version_made_weak_and_no_other_byte_moves()
    {
        var image = new SmallElf();
        var before = image.Write();
        var after = (byte[])before.Clone();

        Assert.Equal(ElfPatchOutcome.Patched, ElfSymbolPatch.Patch(after));

        Assert.Equal("_ZNSt8ios_base4InitC1Ev", image.NameOf(after, 2));
        Assert.Equal(1, after[image.VersionOfNewSymbol]);
        Assert.Equal(2, after[image.FlagsOfNeed]);
        Assert.Equal(["malloc", "_ZNSo3putEc"], new[] { image.NameOf(after, 1), image.NameOf(after, 3) });
        var name = image.Strings + BinaryPrimitives.ReadInt32LittleEndian(before.AsSpan(image.DynamicSymbols + 48));
        Assert.All(Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]), i =>
            Assert.True((i >= name && i < name + SmallElf.NewSymbol.Length) || i == image.VersionOfNewSymbol || i == image.FlagsOfNeed, $"byte {i}"));
    }

    [Fact]
    public void A_patched_image_and_one_of_an_older_compiler_are_left_alone()
    {
        var patched = new SmallElf().Write();
        ElfSymbolPatch.Patch(patched);
        foreach (var image in new[] { patched, new SmallElf { Version = "GLIBCXX_3.4.30" }.Write(), new SmallElf { Version = "GLIBCXX_3.4.321" }.Write() })
        {
            var before = (byte[])image.Clone();
            Assert.Equal(ElfPatchOutcome.NotNeeded, ElfSymbolPatch.Patch(image));
            Assert.Equal(before, image);
        }
    }

    [Fact]
    public void An_image_that_needs_the_version_for_anything_else_is_refused_unchanged()
    {
        AssertRefused(new SmallElf(("_ZSt_newer", 3)), "'_ZSt_newer' too");
        AssertRefused(new SmallElf(("_ZSt_newer", 0x8003)), "'_ZSt_newer' too");
        AssertRefused(new SmallElf((SmallElf.NewSymbol, 3)), "more than one symbol");
    }

    [Fact]
    public void A_name_that_another_symbol_shares_a_tail_with_is_refused_unchanged()
    {
        var tail = SmallElf.NewSymbol[5..];
        AssertRefused(new SmallElf((tail, 2)) { Names = $"malloc\0{SmallElf.NewSymbol}\0_ZNSo3putEc\0" }, "shared");

        // And the other way about: ours is the tail of a longer name.
        AssertRefused(new SmallElf { Names = $"malloc\0my{SmallElf.NewSymbol}\0_ZNSo3putEc\0" }, "shared");
    }

    [Fact]
    public void A_needed_version_that_no_symbol_refers_to_is_refused()
    {
        var image = new SmallElf();
        var elf = image.Write();
        elf[image.VersionOfNewSymbol] = 2;

        Assert.Contains("no symbol refers to it", Assert.Throws<InvalidDataException>(() => ElfSymbolPatch.Patch(elf)).Message);
    }

    [Fact]
    public void What_is_no_64_bit_image_is_refused()
    {
        var thirtyTwo = new SmallElf().Write();
        thirtyTwo[4] = 1;
        var bigEndian = new SmallElf().Write();
        bigEndian[5] = 2;

        Assert.Contains("not an ELF image", Assert.Throws<InvalidDataException>(() => ElfSymbolPatch.Patch([])).Message);
        Assert.Contains("not an ELF image", Assert.Throws<InvalidDataException>(() => ElfSymbolPatch.Patch(new byte[1000])).Message);
        Assert.Contains("not a 64-bit", Assert.Throws<InvalidDataException>(() => ElfSymbolPatch.Patch(thirtyTwo)).Message);
        Assert.Contains("not a 64-bit", Assert.Throws<InvalidDataException>(() => ElfSymbolPatch.Patch(bigEndian)).Message);
    }

    [Fact]
    public void An_image_cut_off_before_its_tables_is_refused()
    {
        var whole = new SmallElf().Write();
        for (var length = 0; length < whole.Length - 64; length++) Assert.Throws<InvalidDataException>(() => ElfSymbolPatch.Patch(whole[..length]));
    }

    [Fact]
    public void Tables_that_lead_on_and_on_do_not_hold_the_build_up()
    {
        // Every four bytes an entry, each with a list of all those behind it: the square of their number.
        var image = new SmallElf { Version = "GLIBCXX_3.4.30" };
        var elf = image.Write();
        var end = elf.Length;
        Array.Resize(ref elf, 1_000_000);
        for (var at = end; at + 4 <= elf.Length; at += 4) BinaryPrimitives.WriteInt32LittleEndian(elf.AsSpan(at), 4);
        BinaryPrimitives.WriteInt32LittleEndian(elf.AsSpan(image.VersionNeeds + 32 + 12), end - image.VersionNeeds - 32);
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Assert.Throws<InvalidDataException>(() => ElfSymbolPatch.Patch(elf));

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public void A_damaged_image_is_patched_left_alone_or_refused_and_nothing_else()
    {
        var refused = 0;
        foreach (var damaged in Mutations.Of(new SmallElf(("_ZSt4cout", 4)).Write(), 50_000, seed: 12))
        {
            try
            {
                ElfSymbolPatch.Patch(damaged);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 5_000, 50_000);
    }

    [Fact]
    public void The_library_of_TorchSharps_package_is_patched_beside_the_package_and_only_once()
    {
        var original = PackagedLibrary();
        var before = File.ReadAllBytes(original);
        using var folder = new TemporaryFolder();
        var copy = folder.File("libLibTorchSharp.so");
        File.Copy(original, copy);

        Assert.Equal(ElfPatchOutcome.Patched, ElfSymbolPatch.PatchFile(copy));

        var after = File.ReadAllBytes(copy);
        Assert.Equal(before.Length, after.Length);
        // The first place is the table that the loader reads; a debugger's may keep the old name.
        var name = before.AsSpan().IndexOf(Encoding.ASCII.GetBytes(ElfSymbolPatch.NewSymbol + "\0"));
        Assert.Equal(Encoding.ASCII.GetBytes(ElfSymbolPatch.OldSymbol + "\0"), after[name..(name + ElfSymbolPatch.OldSymbol.Length + 1)]);
        Assert.InRange(before.Zip(after).Count(pair => pair.First != pair.Second), 3, ElfSymbolPatch.NewSymbol.Length + 3);
        Assert.Equal(ElfPatchOutcome.NotNeeded, ElfSymbolPatch.PatchFile(copy));
        Assert.Equal(after, File.ReadAllBytes(copy));
        Assert.Equal(before, File.ReadAllBytes(original));
        Assert.Equal([copy], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_hard_link_into_the_package_cache_is_not_written_through()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "makes a hard link by Linux's own call");
        using var folder = new TemporaryFolder();
        var cached = folder.WriteBytes("cached.so", new SmallElf().Write());
        var output = folder.File("output.so");
        Assert.Equal(0, link(cached, output));

        Assert.Equal(ElfPatchOutcome.Patched, ElfSymbolPatch.PatchFile(output));

        Assert.Equal(new SmallElf().Write(), File.ReadAllBytes(cached));
        Assert.NotEqual(File.ReadAllBytes(cached), File.ReadAllBytes(output));
    }

    [Theory]
    [InlineData("GLIBCXX_3.4.31\0GLIBCXX_3.4.32\0GLIBCXX_3.4.33\0", true)]
    [InlineData("GLIBCXX_3.4.29\0GLIBCXX_3.4.30\0", false)]
    [InlineData("GLIBCXX_3.4.321\0", false)]
    [InlineData("GLIBCXX_3.4.32", false)]
    [InlineData("GGGLIBCXX_3.4.32\0", true)]
    [InlineData("", false)]
    public void A_host_is_known_by_the_versions_in_its_own_library(string content, bool expected)
    {
        using var folder = new TemporaryFolder();
        folder.WriteText("libstdc++.so.6", content);

        Assert.Equal(expected, HostLibrary.HasNewVersion([folder.File("none"), folder.Path]));
    }

    [Fact]
    public void A_host_without_the_library_has_no_new_version()
    {
        using var folder = new TemporaryFolder();

        Assert.False(HostLibrary.HasNewVersion([folder.Path]));
    }

    private static void AssertRefused(SmallElf image, string expected)
    {
        var elf = image.Write();
        var before = (byte[])elf.Clone();

        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => ElfSymbolPatch.Patch(elf)).Message);
        Assert.Equal(before, elf);
    }

    private static string PackagedLibrary()
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var library = Path.Combine(packages, "torchsharp", "0.107.0", "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        Assert.SkipUnless(File.Exists(library), $"needs TorchSharp 0.107.0 unpacked at {library}");
        return library;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string existing, string created);
}
