using System.Diagnostics;
using DcrDsl.Results;

namespace DcrDsl.Execution.Origin;

/// <summary>
/// The commit of a folder's repository, read from the repository's own files; git itself is only asked what differs from it, and need not
/// be there.
/// </summary>
static class GitState
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The repository around a folder; null: there is none, or it has no commit.</summary>
    /// <param name="folder">Where to begin; its parents are looked at too.</param>
    /// <param name="builtFrom">See <see cref="RepositoryRecord.BuiltFrom"/>.</param>
    public static RepositoryRecord? Around(string folder, string? builtFrom)
    {
        try
        {
            for (var place = new DirectoryInfo(folder); place is not null; place = place.Parent)
            {
                string mark = Path.Combine(place.FullName, ".git");
                if (!Path.Exists(mark))
                    continue;
                if (Commit(mark) is not { } commit)
                    return null;
                var (changed, untracked) = Differences(place.FullName);
                return new RepositoryRecord(place.FullName, commit, changed, untracked, builtFrom);
            }
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // A repository that cannot be read says nothing about the run.
        }
        return null;
    }

    static string? Commit(string mark)
    {
        // The place of a worktree or a submodule is written in a file.
        string folder = Directory.Exists(mark) ? mark : Resolve(Path.GetDirectoryName(mark)!, First(mark)["gitdir: ".Length..]);
        string head = First(Path.Combine(folder, "HEAD"));
        if (!head.StartsWith("ref: ", StringComparison.Ordinal))
            return IsCommit(head) ? head : null;
        string name = head["ref: ".Length..];
        string common = Path.Combine(folder, "commondir") is var link && File.Exists(link) ? Resolve(folder, First(link)) : folder;
        foreach (string place in new[] { folder, common })
            if (Path.Combine(place, name) is var file && File.Exists(file))
                return IsCommit(First(file)) ? First(file) : null;
        string packed = Path.Combine(common, "packed-refs");
        return !File.Exists(packed)
            ? null
            : File.ReadLines(packed)
                .Select(l => l.Split(' '))
                .Where(p => p.Length == 2 && p[1] == name && IsCommit(p[0]))
                .Select(p => p[0])
                .FirstOrDefault();
    }

    static string First(string file) => File.ReadLines(file).FirstOrDefault("").Trim();

    static string Resolve(string folder, string path) => Path.GetFullPath(Path.Combine(folder, path));

    static bool IsCommit(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigit);

    static (int? Changed, int? Untracked) Differences(string folder)
    {
        try
        {
            var start = new ProcessStartInfo(
                "git",
                ["--no-optional-locks", "-c", "core.fsmonitor=false", "-C", folder, "status", "--porcelain", "--untracked-files=normal"]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                CreateNoWindow = true,
            };
            using var git = Process.Start(start)!;
            git.StandardInput.Close();
            int changed = 0,
                untracked = 0;
            git.OutputDataReceived += (_, line) =>
            {
                if (line.Data is not { Length: > 0 } text)
                    return;
                if (text.StartsWith("??", StringComparison.Ordinal))
                    untracked++;
                else
                    changed++;
            };
            git.ErrorDataReceived += (_, _) => { };
            git.BeginOutputReadLine();
            git.BeginErrorReadLine();
            if (!git.WaitForExit(Patience))
            {
                git.Kill(entireProcessTree: true);
                return (null, null);
            }
            git.WaitForExit();
            return git.ExitCode == 0 ? (changed, untracked) : (null, null);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException or InvalidOperationException)
        {
            return (null, null);
        }
    }
}
