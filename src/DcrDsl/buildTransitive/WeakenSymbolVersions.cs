// Compiled by MSBuild itself (RoslynCodeTaskFactory in LibTorchSharp.targets, which takes one file) against netstandard2.0, and into
// the tests, which define WITHOUT_MSBUILD to leave the task class out.
#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace DcrDsl.Build;

/// <summary>
/// The symbol versions of a 64-bit little-endian ELF shared library, read as the dynamic loader reads them: from the dynamic
/// segment, through the load segments. Every read is bounds-checked.
/// Source: System V gABI (dynamic section), Linux Standard Base (symbol versioning).
/// </summary>
/// <exception cref="InvalidDataException">The bytes are not such a library.</exception>
public sealed class SymbolVersions
{
    const ushort SharedObject = 3,
        Weak = 2,
        VersionIndexMask = 0x7fff;
    const uint LoadSegment = 1,
        DynamicSegment = 2;
    const int ProgramHeaderSize = 56,
        RelocationSize = 24,
        SymbolSize = 24;
    const long StringTable = 5,
        SymbolTable = 6,
        Rela = 7,
        RelaSize = 8,
        StringTableSize = 10,
        Rel = 17,
        PltRelSize = 2,
        PltRelKind = 20,
        PltRel = 23,
        VersionSymbols = 0x6ffffff0,
        VersionDefinitions = 0x6ffffffc,
        VersionDefinitionCount = 0x6ffffffd,
        VersionNeeds = 0x6ffffffe,
        VersionNeedCount = 0x6fffffff;

    readonly byte[] bytes;
    readonly List<(ulong Address, ulong Offset, ulong Size)> segments = new();
    readonly Dictionary<long, ulong> dynamic = new();

    /// <summary>Reads the program headers and the dynamic segment of <paramref name="library"/>, the bytes of the file.</summary>
    public SymbolVersions(byte[] library)
    {
        bytes = library;
        Require(bytes.Length >= 64 && bytes[0] == 0x7f && bytes[1] == 'E' && bytes[2] == 'L' && bytes[3] == 'F', "it is not an ELF file");
        Require(bytes[4] == 2 && bytes[5] == 1, "it is not 64-bit little-endian ELF");
        Require(UInt16(16) == SharedObject, "it is not a shared library");

        // The loader needs no section headers, but they come last: a file without them was not copied to its end.
        ulong sections = UInt64(40),
            sectionBytes = (ulong)UInt16(58) * UInt16(60);
        Require(sections <= (ulong)bytes.Length && sectionBytes <= (ulong)bytes.Length - sections, "it is cut short");

        ulong headers = UInt64(32);
        Require(UInt16(54) == ProgramHeaderSize, "its program headers have an unknown size");
        ulong dynamicOffset = 0,
            dynamicSize = 0;
        for (ulong i = 0; i < UInt16(56); i++)
        {
            ulong header = headers + i * ProgramHeaderSize;
            uint kind = UInt32(header);
            ulong offset = UInt64(header + 8),
                address = UInt64(header + 16),
                size = UInt64(header + 32);
            if (kind != LoadSegment && kind != DynamicSegment)
                continue;
            Require(offset <= (ulong)bytes.Length && size <= (ulong)bytes.Length - offset, "it is cut short");
            if (kind == LoadSegment)
                segments.Add((address, offset, size));
            else
                (dynamicOffset, dynamicSize) = (offset, size);
        }
        Require(dynamicSize > 0, "it has no dynamic segment");
        for (ulong at = dynamicOffset; at + 16 <= dynamicOffset + dynamicSize && UInt64(at) != 0; at += 16)
            dynamic[(long)UInt64(at)] = UInt64(at + 8);
    }

    /// <summary>One version that the library asks another library for.</summary>
    public sealed class Need(string library, string version, ushort index, ushort flags, long flagsOffset)
    {
        /// <summary>The library that should define the version, such as libstdc++.so.6.</summary>
        public string Library => library;

        /// <summary>The name of the version, such as GLIBCXX_3.4.32.</summary>
        public string Version => version;

        /// <summary>The number by which the symbols refer to the version.</summary>
        public ushort Index => index;

        /// <summary>Whether the loader may go on where the version is not defined.</summary>
        public bool IsWeak => (flags & Weak) != 0;

        /// <summary>vna_flags with VER_FLG_WEAK set.</summary>
        public ushort WeakFlags => (ushort)(flags | Weak);

        /// <summary>Where vna_flags lies in the file.</summary>
        public long FlagsOffset => flagsOffset;
    }

    /// <summary>The versions that the library asks for (DT_VERNEED).</summary>
    public IReadOnlyList<Need> Needed()
    {
        var needs = new List<Need>();
        if (!dynamic.TryGetValue(VersionNeeds, out ulong need))
            return needs;
        for (ulong left = Dynamic(VersionNeedCount); left > 0; left--)
        {
            ulong at = FileOffset(need, 16),
                aux = need + UInt32(at + 8);
            Require(UInt16(at) == 1, "its version needs have an unknown revision");
            string library = Text(UInt32(at + 4));
            for (int auxLeft = UInt16(at + 2); auxLeft > 0; auxLeft--)
            {
                ulong entry = FileOffset(aux, 16);
                needs.Add(new Need(library, Text(UInt32(entry + 8)), UInt16(entry + 6), UInt16(entry + 4), (long)entry + 4));
                uint nextAux = UInt32(entry + 12);
                Require(auxLeft == 1 || nextAux >= 16, "its version needs end early");
                aux += nextAux;
            }
            uint next = UInt32(at + 12);
            Require(left == 1 || next >= 16, "its version needs end early");
            need += next;
        }
        return needs;
    }

    /// <summary>The names of the versions that the library defines (DT_VERDEF).</summary>
    public ISet<string> Defined()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (!dynamic.TryGetValue(VersionDefinitions, out ulong definition))
            return names;
        for (ulong left = Dynamic(VersionDefinitionCount); left > 0; left--)
        {
            ulong at = FileOffset(definition, 20);
            names.Add(Text(UInt32(FileOffset(definition + UInt32(at + 12), 8))));
            uint next = UInt32(at + 16);
            Require(left == 1 || next >= 20, "its version definitions end early");
            definition += next;
        }
        return names;
    }

    /// <summary>The version indices that some relocation uses, each with the name of one symbol that does.</summary>
    public IReadOnlyDictionary<ushort, string> Used()
    {
        var used = new Dictionary<ushort, string>();
        Require(!dynamic.ContainsKey(Rel), "it has relocations of an unknown kind");
        if (dynamic.ContainsKey(Rela))
            Add(Dynamic(Rela), Dynamic(RelaSize));
        if (dynamic.ContainsKey(PltRel))
        {
            Require(Dynamic(PltRelKind) == Rela, "it has relocations of an unknown kind");
            Add(Dynamic(PltRel), Dynamic(PltRelSize));
        }
        return used;

        void Add(ulong table, ulong size)
        {
            Require(size % RelocationSize == 0, "its relocations have an unknown size");
            ulong start = FileOffset(table, size);
            for (ulong at = start; at < start + size; at += RelocationSize)
            {
                ulong symbol = UInt64(at + 8) >> 32;
                if (symbol == 0)
                    continue;
                ushort version = (ushort)(UInt16(FileOffset(Dynamic(VersionSymbols) + symbol * 2, 2)) & VersionIndexMask);
                if (!used.ContainsKey(version))
                    used.Add(version, Text(UInt32(FileOffset(Dynamic(SymbolTable) + symbol * SymbolSize, SymbolSize))));
            }
        }
    }

    ulong Dynamic(long tag)
    {
        Require(dynamic.TryGetValue(tag, out ulong value), "its dynamic segment is incomplete");
        return value;
    }

    ulong FileOffset(ulong address, ulong length)
    {
        foreach (var segment in segments)
            if (
                address >= segment.Address
                && address - segment.Address <= segment.Size
                && length <= segment.Size - (address - segment.Address)
            )
                return segment.Offset + (address - segment.Address);
        throw new InvalidDataException("an address in it lies outside its segments");
    }

    string Text(uint offset)
    {
        ulong size = Dynamic(StringTableSize),
            start = FileOffset(Dynamic(StringTable), size);
        Require(offset < size, "a name in it lies outside its string table");
        int end = Array.IndexOf(bytes, (byte)0, (int)(start + offset), (int)(size - offset));
        Require(end >= 0, "a name in it does not end");
        return Encoding.UTF8.GetString(bytes, (int)(start + offset), end - (int)(start + offset));
    }

    ushort UInt16(ulong at) => BitConverter.ToUInt16(bytes, At(at, 2));

    uint UInt32(ulong at) => BitConverter.ToUInt32(bytes, At(at, 4));

    ulong UInt64(ulong at) => BitConverter.ToUInt64(bytes, At(at, 8));

    int At(ulong at, ulong length)
    {
        Require(at <= (ulong)bytes.Length && length <= (ulong)bytes.Length - at, "it is cut short");
        return (int)at;
    }

    static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidDataException(otherwise);
    }
}

/// <summary>A library's bytes after its unused, undefined versions were made weak.</summary>
public sealed class Weakening
{
    Weakening(byte[] bytes, List<string> weakened, List<string> missing) => (Bytes, Weakened, Missing) = (bytes, weakened, missing);

    /// <summary>The library's bytes; a copy of the original, of the same length.</summary>
    public byte[] Bytes { get; }

    /// <summary>The versions that were made weak.</summary>
    public IReadOnlyList<string> Weakened { get; }

    /// <summary>The versions that are not defined and yet used, each with a symbol that uses it: the library will not load.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>
    /// Makes weak each version that <paramref name="library"/> asks <paramref name="provider"/> for, that is not among
    /// <paramref name="defined"/> and that no relocation uses. The loader checks that a version exists, unless it is weak, even
    /// where nothing uses it.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are not a 64-bit little-endian ELF shared library.</exception>
    public static Weakening Of(byte[] library, string provider, ISet<string> defined)
    {
        var versions = new SymbolVersions(library);
        var used = versions.Used();
        byte[] bytes = (byte[])library.Clone();
        List<string> weakened = new(),
            missing = new();
        foreach (var need in versions.Needed().Where(n => n.Library == provider && !n.IsWeak && !defined.Contains(n.Version)))
        {
            if (used.TryGetValue(need.Index, out string? symbol))
            {
                missing.Add($"{need.Version} ({symbol})");
                continue;
            }
            bytes[need.FlagsOffset] = (byte)need.WeakFlags;
            bytes[need.FlagsOffset + 1] = (byte)(need.WeakFlags >> 8);
            weakened.Add(need.Version);
        }
        return new Weakening(bytes, weakened, missing);
    }

    /// <summary>
    /// Writes aside and renames, so that a reader sees the old file or the new one, and so that a link is replaced, not followed.
    /// </summary>
    public static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string aside = path + "." + Guid.NewGuid().ToString("N");
        try
        {
            File.WriteAllBytes(aside, bytes);
            for (int attempt = 0; ; attempt++)
            {
                try
                {
                    if (File.Exists(path))
                        File.Replace(aside, path, null);
                    else
                        File.Move(aside, path);
                    return;
                }
                catch (IOException) when (attempt < 10 && File.Exists(aside))
                {
                    // Another build of the project created or removed the file between the question and the rename.
                    System.Threading.Thread.Sleep(20);
                }
            }
        }
        finally
        {
            File.Delete(aside);
        }
    }
}

#if !WITHOUT_MSBUILD
/// <summary>Writes a copy of a library whose unused versions of libstdc++ are weak, and a record of which they are.</summary>
public sealed class WeakenSymbolVersions : Microsoft.Build.Utilities.Task
{
    const string Provider = "libstdc++.so.6";

    /// <summary>The library as its package has it. It is only read.</summary>
    [Microsoft.Build.Framework.Required]
    public string Library { get; set; } = "";

    /// <summary>The libstdc++.so.6 to be loaded with; empty for any, which defines none for certain.</summary>
    public string StandardLibrary { get; set; } = "";

    /// <summary>Where the copy goes. It is not written where there is nothing to weaken.</summary>
    [Microsoft.Build.Framework.Required]
    public string Copy { get; set; } = "";

    /// <summary>Where the names of the weakened versions go, one a line.</summary>
    [Microsoft.Build.Framework.Required]
    public string Record { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            ISet<string> defined =
                StandardLibrary.Length == 0 ? new HashSet<string>() : new SymbolVersions(File.ReadAllBytes(StandardLibrary)).Defined();
            var weakening = Weakening.Of(File.ReadAllBytes(Library), Provider, defined);
            bool loads = StandardLibrary.Length == 0 || weakening.Missing.Count == 0;
            if (!loads)
                Log.LogWarning(
                    null,
                    "DCR9002",
                    null,
                    null,
                    0,
                    0,
                    0,
                    0,
                    "{0} will not load on this machine: it uses {1}, which {2} does not define. Use a newer distribution; where this "
                        + "one only builds, set DcrWeakenLibTorchSharp to always.",
                    Library,
                    string.Join(", ", weakening.Missing),
                    StandardLibrary
                );

            if (weakening.Weakened.Count > 0)
                Weakening.Write(Copy, weakening.Bytes);
            else
                Remove(Copy);
            // Without the record the next build comes here again, and warns again.
            if (loads)
                Weakening.Write(Record, Encoding.UTF8.GetBytes(string.Concat(weakening.Weakened.Select(v => v + "\n"))));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            if (e is InvalidDataException)
                Remove(Copy); // of what the package held before
            Log.LogWarning(
                null,
                "DCR9001",
                null,
                null,
                0,
                0,
                0,
                0,
                "{0} is used as it is, because no copy for older distributions could be made: {1}. Set DcrWeakenLibTorchSharp to off to "
                    + "silence this.",
                Library,
                e.Message.TrimEnd('.')
            );
        }
        return true;
    }

    // File.Delete throws where the folder is not there.
    static void Remove(string path)
    {
        if (File.Exists(path))
            File.Delete(path);
    }
}
#endif
