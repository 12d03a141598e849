// Compiled twice: by MSBuild at build time as an inline task (TorchSharpOnOlderLinux.targets), and by the
// tests, which define ELF_PATCH_WITHOUT_TASK. Inline tasks are one file against netstandard2.0, hence the
// plain C#.
#nullable disable

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace BTNet.Build
{
    /// <summary>What <see cref="ElfSymbolPatch"/> did to a file.</summary>
    public enum ElfPatchOutcome
    {
        /// <summary>The file asks for nothing that an older libstdc++ lacks.</summary>
        NotNeeded,

        /// <summary>The file was rewritten.</summary>
        Patched
    }

    /// <summary>
    /// Makes a library linked against GCC 13's libstdc++ load on Debian 12 and Ubuntu 22.04 (GCC 12).
    /// GCC 13 moved the initialisation of iostreams into the library, and every object that includes
    /// &lt;iostream&gt; refers to <c>_ZSt21ios_base_library_initv@GLIBCXX_3.4.32</c> to make that happen. It is the
    /// only thing asked of the newer version. The older way, the constructor of <c>std::ios_base::Init</c>, does
    /// the same work, ignores its argument and exists in every version, so the reference is renamed to it.
    /// Layout: ELF-64 specification and the Linux Standard Base's symbol versioning chapter.
    /// </summary>
    public static class ElfSymbolPatch
    {
        public const string NewVersion = "GLIBCXX_3.4.32";
        public const string NewSymbol = "_ZSt21ios_base_library_initv";
        public const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";

        private const uint SectionDynamicSymbols = 11;
        private const uint SectionVersionNeeds = 0x6ffffffe;
        private const uint SectionSymbolVersions = 0x6fffffff;
        private const int SymbolSize = 24;
        private const int LongestName = 256;
        private const int GreatestNeeds = 65536;
        private const ushort WeakVersion = 2;
        private const ushort GlobalVersionIndex = 1;

        /// <summary>Patches the file in place: a new file is written beside it and moved over it, so that a file that
        /// is a hard link into a package cache leaves the cache as it is.</summary>
        public static ElfPatchOutcome PatchFile(string path)
        {
            var bytes = File.ReadAllBytes(path);
            if (Patch(bytes) == ElfPatchOutcome.NotNeeded) return ElfPatchOutcome.NotNeeded;
            var temporary = path + ".patched-" + Guid.NewGuid().ToString("N");
            try
            {
                File.WriteAllBytes(temporary, bytes);
                File.Delete(path);
                File.Move(temporary, path);
            }
            catch
            {
                // What is left half written, such as on a full disk, is of no use.
                if (File.Exists(path)) File.Delete(temporary);
                throw;
            }

            return ElfPatchOutcome.Patched;
        }

        /// <summary>Patches an ELF image in memory.</summary>
        /// <exception cref="InvalidDataException">Not a 64-bit little-endian ELF image, damaged, or it needs the newer
        /// version for more than the one symbol, in which case nothing is changed.</exception>
        public static ElfPatchOutcome Patch(byte[] elf)
        {
            if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F')
                throw new InvalidDataException("not an ELF image: the first four bytes are not 0x7F 'ELF'");
            if (elf[4] != 2 || elf[5] != 1)
                throw new InvalidDataException("not a 64-bit little-endian ELF image");
            try
            {
                return PatchChecked(elf);
            }
            catch (Exception e) when (e is ArgumentException || e is OverflowException)
            {
                throw new InvalidDataException("damaged ELF image: a table points past the end of the file", e);
            }
        }

        private static ElfPatchOutcome PatchChecked(byte[] elf)
        {
            Section symbols = null, versions = null, needs = null;
            var sections = ReadSections(elf);
            foreach (var section in sections)
            {
                if (section.Type == SectionDynamicSymbols) symbols = section;
                if (section.Type == SectionSymbolVersions) versions = section;
                if (section.Type == SectionVersionNeeds) needs = section;
            }

            if (symbols == null || versions == null || needs == null) return ElfPatchOutcome.NotNeeded;
            var needStrings = sections[checked((int)needs.Link)].Offset;
            var auxiliary = FindNeededVersion(elf, needs, needStrings);
            if (auxiliary < 0) return ElfPatchOutcome.NotNeeded;

            // One entry of the version table may be shared by any number of symbols: every one must be ours.
            var index = BitConverter.ToUInt16(elf, auxiliary + 6);
            var strings = sections[checked((int)symbols.Link)].Offset;
            var found = -1;
            var count = symbols.Size / SymbolSize;
            for (var i = 0; i < count; i++)
            {
                if ((BitConverter.ToUInt16(elf, versions.Offset + (2 * i)) & 0x7fff) != index) continue;
                var name = ReadString(elf, SymbolName(elf, symbols, strings, i));
                if (name != NewSymbol)
                    throw new InvalidDataException(NewVersion + " is needed for '" + name + "' too, which an older libstdc++ cannot give");
                if (found >= 0)
                    throw new InvalidDataException(NewVersion + " is needed for more than one symbol of the name '" + NewSymbol + "'");
                found = i;
            }

            if (found < 0)
                throw new InvalidDataException(NewVersion + " is needed but no symbol refers to it");

            // A linker may let several names share one tail: renaming must touch this name alone.
            var start = SymbolName(elf, symbols, strings, found);
            if (elf[start - 1] != 0)
                throw new InvalidDataException("the name '" + NewSymbol + "' is shared with a longer one");
            for (var i = 0; i < count; i++)
            {
                var other = SymbolName(elf, symbols, strings, i);
                if (i != found && other >= start && other < start + NewSymbol.Length)
                    throw new InvalidDataException("the name '" + NewSymbol + "' is shared with another symbol");
            }

            for (var i = 0; i < NewSymbol.Length; i++)
                elf[start + i] = i < OldSymbol.Length ? (byte)OldSymbol[i] : (byte)0;
            WriteUInt16(elf, versions.Offset + (2 * found), GlobalVersionIndex);
            WriteUInt16(elf, auxiliary + 4, (ushort)(BitConverter.ToUInt16(elf, auxiliary + 4) | WeakVersion));
            return ElfPatchOutcome.Patched;
        }

        private static int SymbolName(byte[] elf, Section symbols, int strings, int index)
        {
            return checked(strings + (int)BitConverter.ToUInt32(elf, symbols.Offset + (index * SymbolSize)));
        }

        private static int FindNeededVersion(byte[] elf, Section needs, int strings)
        {
            var file = needs.Offset;
            var entries = 0;
            while (true)
            {
                var auxiliary = checked(file + (int)BitConverter.ToUInt32(elf, file + 8));
                while (true)
                {
                    if (++entries > GreatestNeeds) throw new InvalidDataException("damaged ELF image: no end of needed versions");
                    var name = checked(strings + (int)BitConverter.ToUInt32(elf, auxiliary + 8));
                    var alreadyWeak = (BitConverter.ToUInt16(elf, auxiliary + 4) & WeakVersion) != 0;
                    if (!alreadyWeak && ReadString(elf, name) == NewVersion) return auxiliary;
                    var next = BitConverter.ToUInt32(elf, auxiliary + 12);
                    if (next == 0) break;
                    auxiliary = checked(auxiliary + (int)next);
                }

                var nextFile = BitConverter.ToUInt32(elf, file + 12);
                if (nextFile == 0) return -1;
                file = checked(file + (int)nextFile);
            }
        }

        private static List<Section> ReadSections(byte[] elf)
        {
            var table = ReadOffset(elf, 0x28);
            int size = BitConverter.ToUInt16(elf, 0x3a);
            int count = BitConverter.ToUInt16(elf, 0x3c);
            var sections = new List<Section>();
            for (var i = 0; i < count; i++)
            {
                var at = checked(table + (i * size));
                sections.Add(new Section
                {
                    Type = BitConverter.ToUInt32(elf, at + 4),
                    Offset = ReadOffset(elf, at + 0x18),
                    Size = ReadOffset(elf, at + 0x20),
                    Link = BitConverter.ToUInt32(elf, at + 0x28)
                });
            }

            return sections;
        }

        private static int ReadOffset(byte[] elf, int at)
        {
            var value = BitConverter.ToUInt64(elf, at);
            if (value > int.MaxValue) throw new InvalidDataException("damaged ELF image: an offset of " + value);
            return (int)value;
        }

        private static string ReadString(byte[] elf, int at)
        {
            if (at < 0 || at >= elf.Length) throw new InvalidDataException("damaged ELF image: a name at " + at);
            // Longer than any name looked for: what follows makes no difference.
            var longest = Math.Min(LongestName, elf.Length - at);
            var end = Array.IndexOf(elf, (byte)0, at, longest);
            return Encoding.ASCII.GetString(elf, at, end < 0 ? longest : end - at);
        }

        private static void WriteUInt16(byte[] elf, int at, ushort value)
        {
            elf[at] = (byte)value;
            elf[at + 1] = (byte)(value >> 8);
        }

        private sealed class Section
        {
            public uint Type;
            public int Offset;
            public int Size;
            public uint Link;
        }
    }

    /// <summary>Tells whether this machine's own libstdc++ already has the newer version.</summary>
    public static class HostLibrary
    {
        public static readonly string[] Folders =
        {
            "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib"
        };

        public static bool HasNewVersion(IEnumerable<string> folders)
        {
            foreach (var folder in folders)
            {
                var path = Path.Combine(folder, "libstdc++.so.6");
                if (File.Exists(path)) return Contains(File.ReadAllBytes(path), Encoding.ASCII.GetBytes(ElfSymbolPatch.NewVersion + "\0"));
            }

            return false;
        }

        private static bool Contains(byte[] bytes, byte[] wanted)
        {
            for (var at = Array.IndexOf(bytes, wanted[0]); at >= 0 && at + wanted.Length <= bytes.Length; at = Array.IndexOf(bytes, wanted[0], at + 1))
            {
                var same = 1;
                while (same < wanted.Length && bytes[at + same] == wanted[same]) same++;
                if (same == wanted.Length) return true;
            }

            return false;
        }
    }

#if !ELF_PATCH_WITHOUT_TASK
    /// <summary>The MSBuild task around it.</summary>
    public sealed class PatchTorchSharpForOlderLinux : Microsoft.Build.Utilities.Task
    {
        [Microsoft.Build.Framework.Required]
        public Microsoft.Build.Framework.ITaskItem[] Files { get; set; }

        public override bool Execute()
        {
            if (HostLibrary.HasNewVersion(HostLibrary.Folders)) return true;
            foreach (var file in Files)
            {
                try
                {
                    if (ElfSymbolPatch.PatchFile(file.ItemSpec) == ElfPatchOutcome.Patched)
                        Log.LogMessage(Microsoft.Build.Framework.MessageImportance.High, "Made {0} loadable with this machine's older libstdc++", file.ItemSpec);
                }
                catch (Exception e) when (e is InvalidDataException || e is IOException || e is UnauthorizedAccessException || e is OverflowException)
                {
                    Log.LogError("{0} cannot be made loadable on this machine, whose libstdc++ lacks {1}: {2}", file.ItemSpec, ElfSymbolPatch.NewVersion, e.Message);
                }
            }

            return !Log.HasLoggedErrors;
        }
    }
#endif
}
