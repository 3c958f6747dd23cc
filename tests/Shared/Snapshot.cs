using System.Reflection;
using System.Runtime.CompilerServices;
using DiffEngine;

namespace DcrDsl.Tests;

/// <summary>
/// Snapshots in the conventions of Verify (whose package cannot be restored from every feed): <c>Type.Method#Part.verified.ext</c> is the
/// accepted text,
/// <c>.received.ext</c> what came instead. A new or changed snapshot fails; to accept it, rename received to verified. Call sites read as
/// with Verify, so that the package can replace this file.
/// </summary>
static class Snapshot
{
    public static readonly string Project = typeof(Snapshot)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(a => a.Key == "ProjectFolder")
        .Value!;
    static readonly bool OnServer = BuildServerDetector.Detected || Environment.GetEnvironmentVariable("CI") is "true" or "1";

    public static Task Verify(string text, string extension, string part = "", object? test = null, [CallerMemberName] string method = "")
    {
        string name = $"{test?.GetType().Name ?? "Snapshots"}.{method}{(part.Length > 0 ? "#" + part : "")}";
        string folder = Path.Combine(Project, "Snapshots"),
            verified = Path.Combine(folder, $"{name}.verified.{extension}"),
            received = Path.Combine(folder, $"{name}.received.{extension}");
        string expected = File.Exists(verified) ? File.ReadAllText(verified).Replace("\r\n", "\n") : "";
        if (File.Exists(verified) && expected == text)
        {
            File.Delete(received);
            return Task.CompletedTask;
        }
        Directory.CreateDirectory(folder);
        File.WriteAllText(received, text);
        if (!OnServer)
            DiffRunner.Launch(received, verified);
        Assert.Fail(
            $"{(File.Exists(verified) ? "The snapshot changed" : "There is no snapshot yet")}: compare {received} with {verified}, and "
                + $"if it is right, rename it. First difference: {FirstDifference(expected, text)}"
        );
        return Task.CompletedTask;
    }

    static string FirstDifference(string expected, string text)
    {
        string[] a = expected.Split('\n'),
            b = text.Split('\n');
        int line = Enumerable.Range(0, Math.Max(a.Length, b.Length)).First(i => i >= a.Length || i >= b.Length || a[i] != b[i]);
        return $"line {line + 1}: '{(line < b.Length ? b[line] : "(end)")}' instead of '{(line < a.Length ? a[line] : "(end)")}'";
    }
}
