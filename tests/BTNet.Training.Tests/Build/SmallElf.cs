using System.Buffers.Binary;
using System.Text;

namespace BTNet.Training.Tests.Build;

/// <summary>The least of a 64-bit shared library that has versioned symbols: what a linker writes, but for the code.</summary>
internal sealed class SmallElf
{
    public const string NewSymbol = "_ZSt21ios_base_library_initv";

    private readonly List<(string Name, ushort Version)> _symbols = [("", 0), ("malloc", 2), (NewSymbol, 3), ("_ZNSo3putEc", 4)];

    public SmallElf(params (string Name, ushort Version)[] more) => _symbols.AddRange(more);

    /// <summary>The needed version that index 3 stands for.</summary>
    public string Version { get; init; } = "GLIBCXX_3.4.32";

    /// <summary>The names as they lie in the file; where a test puts its own, every symbol's name must be in it.</summary>
    public string? Names { get; init; }

    public int DynamicSymbols { get; private set; }

    public int SymbolVersions { get; private set; }

    public int VersionNeeds { get; private set; }

    public int Strings { get; private set; }

    public string Text { get; private set; } = "";

    /// <summary>Where the third symbol's version stands.</summary>
    public int VersionOfNewSymbol => SymbolVersions + 4;

    /// <summary>Where the flags of the needed version stand: behind the table of libc's one version, in libstdc++'s first.</summary>
    public int FlagsOfNeed => VersionNeeds + 16 + 16 + 16 + 4;

    public byte[] Write()
    {
        Text = "\0libc.so.6\0libstdc++.so.6\0GLIBC_2.2.5\0" + Version + "\0GLIBCXX_3.4\0" + (Names ?? string.Join('\0', _symbols.Skip(1).Select(symbol => symbol.Name)) + "\0");
        Strings = 64;
        DynamicSymbols = Align(Strings + Text.Length);
        SymbolVersions = DynamicSymbols + (24 * _symbols.Count);
        VersionNeeds = Align(SymbolVersions + (2 * _symbols.Count));
        var sections = VersionNeeds + (5 * 16);
        var elf = new byte[sections + (5 * 64)];
        ReadOnlySpan<byte> magic = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        magic.CopyTo(elf);
        BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(0x28), (ulong)sections);
        Short(elf, 0x3a, 64);
        Short(elf, 0x3c, 5);
        Encoding.ASCII.GetBytes(Text, elf.AsSpan(Strings));
        for (var i = 0; i < _symbols.Count; i++)
        {
            Int(elf, DynamicSymbols + (24 * i), NameAt(_symbols[i].Name));
            Short(elf, SymbolVersions + (2 * i), _symbols[i].Version);
        }

        // libc.so.6 needs one version, libstdc++.so.6 two.
        File(elf, VersionNeeds, 1, "libc.so.6", next: 32);
        Need(elf, VersionNeeds + 16, "GLIBC_2.2.5", 2, next: 0);
        File(elf, VersionNeeds + 32, 2, "libstdc++.so.6", next: 0);
        Need(elf, VersionNeeds + 48, Version, 3, next: 16);
        Need(elf, VersionNeeds + 64, "GLIBCXX_3.4", 4, next: 0);

        Section(elf, sections + 64, 3, Strings, Text.Length, 0);
        Section(elf, sections + 128, 11, DynamicSymbols, 24 * _symbols.Count, 1);
        Section(elf, sections + 192, 0x6fffffff, SymbolVersions, 2 * _symbols.Count, 2);
        Section(elf, sections + 256, 0x6ffffffe, VersionNeeds, 80, 1);
        return elf;
    }

    /// <summary>A name as the loader reads it: from its offset to the next zero.</summary>
    public string NameOf(byte[] elf, int symbol)
    {
        var at = Strings + BinaryPrimitives.ReadInt32LittleEndian(elf.AsSpan(DynamicSymbols + (24 * symbol)));
        return Encoding.ASCII.GetString(elf, at, Array.IndexOf(elf, (byte)0, at) - at);
    }

    private int NameAt(string name) => name.Length == 0 ? 0 : Text.IndexOf(name + "\0", StringComparison.Ordinal);

    private void File(byte[] elf, int at, ushort count, string name, int next)
    {
        Short(elf, at, 1);
        Short(elf, at + 2, count);
        Int(elf, at + 4, NameAt(name));
        Int(elf, at + 8, 16);
        Int(elf, at + 12, next);
    }

    private void Need(byte[] elf, int at, string version, ushort index, int next)
    {
        Short(elf, at + 6, index);
        Int(elf, at + 8, NameAt(version));
        Int(elf, at + 12, next);
    }

    private static void Section(byte[] elf, int at, uint type, int offset, int size, int link)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(at + 4), type);
        BinaryPrimitives.WriteInt64LittleEndian(elf.AsSpan(at + 0x18), offset);
        BinaryPrimitives.WriteInt64LittleEndian(elf.AsSpan(at + 0x20), size);
        Int(elf, at + 0x28, link);
    }

    private static void Short(byte[] elf, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(at), value);

    private static void Int(byte[] elf, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(elf.AsSpan(at), value);

    private static int Align(int at) => (at + 7) & ~7;
}
