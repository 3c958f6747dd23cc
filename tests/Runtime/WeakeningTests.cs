using DcrDsl.Build;

namespace DcrDsl.Runtime.Tests;

public class WeakeningTests
{
    const string Provider = "libstdc++.so.6";

    // What the libstdc++ of Debian 12 and Ubuntu 22.04 defines, of the versions that matter here.
    static readonly HashSet<string> Gcc12 =
    [
        .. Enumerable.Range(1, 30).Select(i => $"GLIBCXX_3.4.{i}"),
        "GLIBCXX_3.4",
        "CXXABI_1.3",
        .. Enumerable.Range(1, 13).Select(i => $"CXXABI_1.3.{i}"),
    ];

    [Fact]
    public void Only_the_unused_version_that_is_not_defined_becomes_weak()
    {
        byte[] original = Original();
        var weakening = Weakening.Of(original, Provider, Gcc12);
        Assert.Equal(["GLIBCXX_3.4.32"], weakening.Weakened);
        Assert.Empty(weakening.Missing);

        int[] changed = [.. Enumerable.Range(0, original.Length).Where(i => original[i] != weakening.Bytes[i])];
        int flags = Assert.Single(changed);
        Assert.Equal((0, 2), (original[flags], weakening.Bytes[flags]));
        var need = new SymbolVersions(original).Needed().Single(n => n.Version == "GLIBCXX_3.4.32");
        Assert.Equal((need.FlagsOffset, Provider), ((long)flags, need.Library));
    }

    [Fact]
    public void Only_unused_versions_become_weak_where_nothing_is_known_to_be_defined()
    {
        byte[] original = Original();
        var weakening = Weakening.Of(original, Provider, new HashSet<string>());
        var versions = new SymbolVersions(original);
        var used = versions.Used();
        var needed = versions.Needed().Where(n => n.Library == Provider).ToList();
        Assert.Equal(needed.Where(n => !used.ContainsKey(n.Index)).Select(n => n.Version), weakening.Weakened);
        Assert.Equal(needed.Count, weakening.Weakened.Count + weakening.Missing.Count);
        Assert.Contains("GLIBCXX_3.4.32", weakening.Weakened);
        Assert.DoesNotContain("GLIBCXX_3.4", weakening.Weakened);
    }

    [Fact]
    public void A_version_that_is_used_and_not_defined_is_reported_with_a_symbol()
    {
        HashSet<string> older = [.. Gcc12];
        older.Remove("GLIBCXX_3.4.21");
        var weakening = Weakening.Of(Original(), Provider, older);
        Assert.StartsWith("GLIBCXX_3.4.21 (_Z", Assert.Single(weakening.Missing));
        Assert.Equal(["GLIBCXX_3.4.32"], weakening.Weakened);
    }

    [Fact]
    public void Nothing_changes_where_all_versions_are_defined()
    {
        byte[] original = Original();
        var weakening = Weakening.Of(original, Provider, new HashSet<string>([.. Gcc12, "GLIBCXX_3.4.32"]));
        Assert.Empty(weakening.Weakened);
        Assert.Equal(original, weakening.Bytes);
    }

    [Fact]
    public void Weakening_twice_is_weakening_once()
    {
        var once = Weakening.Of(Original(), Provider, Gcc12);
        var twice = Weakening.Of(once.Bytes, Provider, Gcc12);
        Assert.Empty(twice.Weakened);
        Assert.Equal(once.Bytes, twice.Bytes);
    }

    [Fact]
    public void The_library_that_the_build_put_here_asks_for_nothing_that_this_machine_lacks()
    {
        string? system = LoadedStandardLibrary();
        Assert.SkipWhen(system is null, "no libstdc++.so.6 is loaded into this process");
        byte[] here = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so"));
        var defined = new SymbolVersions(File.ReadAllBytes(system!)).Defined();
        Assert.Contains("GLIBCXX_3.4", defined);
        Assert.DoesNotContain(new SymbolVersions(here).Needed(), n => n.Library == Provider && !n.IsWeak && !defined.Contains(n.Version));
    }

    [Fact]
    public void The_package_folder_is_left_as_it_was() =>
        Assert.False(new SymbolVersions(Original()).Needed().Single(n => n.Version == "GLIBCXX_3.4.32").IsWeak);

    [Theory]
    [InlineData(0, "it is not an ELF file")]
    [InlineData(63, "it is not an ELF file")]
    [InlineData(64, "it is cut short")]
    [InlineData(0x3f8f0, "it is cut short")]
    [InlineData(2_000_000, "it is cut short")]
    public void A_truncated_library_is_refused(int length, string reason)
    {
        byte[] cut = Original()[..length];
        Assert.Equal(reason, Assert.Throws<InvalidDataException>(() => Weakening.Of(cut, Provider, Gcc12)).Message);
    }

    [Theory]
    [InlineData(4, 1, "it is not 64-bit little-endian ELF")]
    [InlineData(5, 2, "it is not 64-bit little-endian ELF")]
    [InlineData(16, 2, "it is not a shared library")]
    [InlineData(54, 32, "its program headers have an unknown size")]
    public void Another_kind_of_file_is_refused(int offset, byte value, string reason)
    {
        byte[] other = Original();
        other[offset] = value;
        Assert.Equal(reason, Assert.Throws<InvalidDataException>(() => Weakening.Of(other, Provider, Gcc12)).Message);
    }

    [Fact]
    public void Damage_is_refused_or_harmless_and_never_throws_anything_else()
    {
        byte[] original = Original();
        var needed = new SymbolVersions(original).Needed();
        long firstNeed = needed.Min(n => n.FlagsOffset),
            lastNeed = needed.Max(n => n.FlagsOffset) + 12;
        int headers = BitConverter.ToUInt16(original, 56);
        int dynamic = Enumerable.Range(0, headers).Select(i => 64 + i * 56).First(at => BitConverter.ToUInt32(original, at) == 2);
        (long Start, int Length)[] places =
        [
            (0, 64 + headers * 56),
            (firstNeed, (int)(lastNeed - firstNeed)),
            (BitConverter.ToInt64(original, dynamic + 8), (int)BitConverter.ToInt64(original, dynamic + 32)),
        ];
        var random = new DcrDsl.Data.RandomStream(1, "damage", 0);
        int refused = 0;
        for (int trial = 0; trial < 600; trial++)
        {
            byte[] damaged = (byte[])original.Clone();
            var (start, length) = places[trial % places.Length];
            for (int i = 0; i < 4; i++)
                damaged[start + random.Next(length)] = (byte)random.Next(256);
            try
            {
                Weakening.Of(damaged, Provider, Gcc12);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 100, 600);
    }

    [Fact]
    public void Writing_replaces_a_link_and_leaves_what_it_led_to()
    {
        string folder = Directory.CreateTempSubdirectory("dcrdsl").FullName;
        try
        {
            string target = Path.Combine(folder, "package.so"),
                link = Path.Combine(folder, "copy.so");
            File.WriteAllText(target, "package");
            File.CreateSymbolicLink(link, target);
            Weakening.Write(link, "copy"u8.ToArray());
            Assert.Equal(("package", "copy"), (File.ReadAllText(target), File.ReadAllText(link)));
            Assert.Null(new FileInfo(link).LinkTarget);
            Assert.Equal(2, Directory.GetFiles(folder).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static byte[] Original()
    {
        string path = Path.Combine(BuildFact("TorchSharpPackage"), "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        Assert.SkipUnless(File.Exists(path), "TorchSharp's package has no libLibTorchSharp.so for Linux here");
        return File.ReadAllBytes(path);
    }

    static string BuildFact(string key) =>
        typeof(WeakeningTests)
            .Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false)
            .Cast<System.Reflection.AssemblyMetadataAttribute>()
            .First(a => a.Key == key)
            .Value!;

    static string? LoadedStandardLibrary() =>
        !OperatingSystem.IsLinux()
            ? null
            : File.ReadLines("/proc/self/maps")
                .Select(line => line[Math.Max(0, line.IndexOf('/'))..])
                .FirstOrDefault(path => Path.GetFileName(path).StartsWith(Provider, StringComparison.Ordinal));
}
