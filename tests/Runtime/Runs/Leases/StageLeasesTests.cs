using System.Collections.Concurrent;
using DcrDsl.FileSystem;
using DcrDsl.Store.Leases;

namespace DcrDsl.Runtime.Tests.Runs.Leases;

/// <summary>One process at a time has a lease, and one that is gone delays others by the lease's time at most.</summary>
public sealed class StageLeasesTests : IDisposable
{
    const string Key = "0123abcd";

    static readonly LeaseSubject Subject = new("fake", "seed0-Learn", Keeps: true);
    static readonly TimeSpan Time = TimeSpan.FromSeconds(60);

    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;
    readonly ConcurrentQueue<LeaseSubject> lost = [];

    public void Dispose() => Directory.Delete(root, recursive: true);

    string Folder => Path.Combine(root, "leases");

    StageLeases Process(ManualClock? clock = null) => new(root, Time, lost.Enqueue, clock ?? new ManualClock());

    [Fact]
    public void One_has_it_and_others_see_who()
    {
        StageLeases first = Process(),
            second = Process();
        var (lease, _) = first.Take(Key, Subject);
        Assert.NotNull(lease);

        var (none, holder) = second.Take(Key, Subject);
        Assert.Null(none);
        Assert.Equal((Environment.ProcessId, Environment.MachineName), (holder!.Holder.Process, holder.Holder.Host));
        Assert.Equal(Subject, holder.Subject);

        lease.Dispose();
        Assert.Empty(Directory.GetFiles(Folder));
        Assert.NotNull(second.Take(Key, Subject).Lease);
    }

    [Fact]
    public void How_far_a_stage_run_is_goes_with_the_sign_of_life()
    {
        var clock = new ManualClock();
        var process = Process(clock);
        using var lease = process.Take(Key, Subject).Lease!;
        lease.Report(12, 400);
        clock.Pass(10);
        process.Beat();

        var seen = StageLeases.In(root)[Key];
        Assert.Equal((1, 12, 400, 10.0), (seen.Beat, seen.Done, seen.Total, seen.Held));
    }

    [Fact]
    public void Of_many_that_want_it_at_once_one_gets_it()
    {
        for (int round = 0; round < 50; round++)
        {
            string key = FormattableString.Invariant($"key{round}");
            // Every other lease was left by a process that has ended, so that it is taken over.
            if (round % 2 == 1)
                Leave(key, ProcessIdentity.Own with { Started = 1 });
            var taken = AtOnce(12, () => Process().Take(key, Subject).Lease);
            Assert.Single(taken, l => l is not null);
        }
    }

    [Fact]
    public void A_holder_that_gives_signs_of_life_keeps_it()
    {
        ManualClock clock = new(),
            others = new();
        StageLeases holder = Process(clock),
            waiter = Process(others);
        using var lease = holder.Take(Key, Subject).Lease;
        for (int i = 0; i < 60; i++)
        {
            clock.Pass(10);
            others.Pass(10);
            holder.Beat();
            waiter.Beat();
            Assert.Null(waiter.Take(Key, Subject).Lease);
        }
        Assert.Empty(lost);
    }

    /// <summary>What the holder's clock says, and when its file was written, is not looked at.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-5)]
    public void A_silent_holder_is_taken_over_after_the_time_that_the_waiter_measures(int hours)
    {
        var clock = new ManualClock();
        StageLeases holder = Process(new ManualClock(TimeSpan.FromHours(hours))),
            waiter = Process(clock);
        var lease = holder.Take(Key, Subject).Lease;
        Assert.NotNull(lease);
        File.SetLastWriteTimeUtc(Directory.GetFiles(Folder).Single(), DateTime.UtcNow.AddHours(hours));

        Assert.Null(waiter.Take(Key, Subject).Lease);
        for (int i = 0; i < 11; i++)
        {
            clock.Pass(5);
            waiter.Beat();
            Assert.Null(waiter.Take(Key, Subject).Lease);
        }
        clock.Pass(5);
        waiter.Beat();
        Assert.NotNull(waiter.Take(Key, Subject).Lease);
    }

    [Fact]
    public void A_holder_that_was_hung_notices_and_leaves_the_new_one_alone()
    {
        var clock = new ManualClock();
        StageLeases hung = Process(),
            taker = Process(clock);
        var old = hung.Take(Key, Subject).Lease!;
        var taken = AfterSilence(taker, clock)!;

        hung.Beat();
        hung.Beat();

        Assert.True(old.IsLost);
        Assert.Equal(Subject, Assert.Single(lost));
        old.Dispose();
        taker.Beat();
        Assert.False(taken.IsLost);
        Assert.Null(Process().Take(Key, Subject).Lease);

        taken.Dispose();
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void A_holder_that_comes_back_after_the_next_one_has_ended_notices_too()
    {
        var clock = new ManualClock();
        StageLeases hung = Process(),
            taker = Process(clock);
        var old = hung.Take(Key, Subject).Lease!;
        AfterSilence(taker, clock)!.Dispose();
        // The first file is there again, and is another's.
        var third = Process().Take(Key, Subject).Lease!;

        old.Dispose();

        Assert.True(old.IsLost);
        Assert.Single(lost);
        Assert.Single(Directory.GetFiles(Folder));
        third.Dispose();
        Assert.Empty(Directory.GetFiles(Folder));
    }

    /// <summary>As of a machine that was asleep, or of a process that was stopped with its fellows.</summary>
    [Fact]
    public void A_waiter_that_was_hung_itself_begins_to_count_anew()
    {
        var clock = new ManualClock();
        StageLeases holder = Process(),
            waiter = Process(clock);
        using var lease = holder.Take(Key, Subject).Lease;
        Assert.Null(waiter.Take(Key, Subject).Lease);

        clock.Pass(3600);
        Assert.Null(waiter.Take(Key, Subject).Lease);
        waiter.Beat();
        Assert.Null(waiter.Take(Key, Subject).Lease);
        Assert.NotNull(AfterSilence(waiter, clock));
    }

    [Fact]
    public void A_process_of_this_machine_that_was_killed_is_seen_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the command sleep");
        using var process = System.Diagnostics.Process.Start("sleep", "60");
        process.Kill();
        process.WaitForExit();
        Leave(Key, ProcessIdentity.Own with { Process = process.Id });

        Assert.NotNull(Process().Take(Key, Subject).Lease);
    }

    [Fact]
    public void A_process_of_another_machine_or_container_of_the_same_name_is_waited_for()
    {
        Leave(Key, ProcessIdentity.Own with { Started = 1, Space = "another" });
        var clock = new ManualClock();
        var waiter = Process(clock);
        Assert.Null(waiter.Take(Key, Subject).Lease);
        Assert.NotNull(AfterSilence(waiter, clock));
    }

    /// <summary>Its process was killed, or its machine lost power, before anything was written into it.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("{\"token\":\"half of")]
    [InlineData("null")]
    [InlineData(
        "{\"token\":\"t\",\"holder\":{\"host\":\"h\",\"process\":1,\"started\":1,\"space\":null},\"seconds\":1e300,"
            + "\"subject\":{\"experiment\":\"e\",\"stageRun\":\"r\",\"keeps\":true},\"beat\":0,\"held\":0,\"done\":0,\"total\":0}"
    )]
    public void A_lease_that_says_nothing_ends_by_itself(string text)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, Key + ".1"), text);
        var clock = new ManualClock();
        var waiter = Process(clock);
        Assert.Null(waiter.Take(Key, Subject).Lease);
        Assert.NotNull(AfterSilence(waiter, clock));
    }

    [Fact]
    public void Leases_that_ended_processes_have_left_are_removed_and_others_not()
    {
        Leave("ended", ProcessIdentity.Own with { Started = 1 });
        Leave("elsewhere", ProcessIdentity.Own with { Space = "another" });
        File.WriteAllText(Path.Combine(Folder, ".nfs0000a1"), "");

        Process().EndThoseOfEndedProcesses();

        Assert.Equal([".nfs0000a1", "elsewhere.1"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Signs_of_life_reach_others_from_a_thread_of_their_own()
    {
        var leases = new StageLeases(root, TimeSpan.FromSeconds(1), lost.Enqueue);
        using var lease = leases.Take(Key, Subject).Lease;
        using (new LeaseHeart(leases))
            Assert.True(SpinWait.SpinUntil(() => StageLeases.In(root)[Key].Beat >= 3, TimeSpan.FromSeconds(30)));
    }

    /// <summary>The lease that is had by asking again and again for as long as one stands, and no longer.</summary>
    static Lease? AfterSilence(StageLeases waiter, ManualClock clock)
    {
        for (int i = 0; i <= 13; i++)
        {
            if (waiter.Take(Key, Subject).Lease is { } lease)
                return lease;
            clock.Pass(5);
            waiter.Beat();
        }
        return null;
    }

    /// <summary>What a process has left.</summary>
    void Leave(string key, ProcessIdentity holder) =>
        Assert.True(new LeaseFiles(root).TryCreate(key, 1, new LeaseRecord("left", holder, 60, Subject, 7, 70, 3, 9).Bytes()));

    static ConcurrentBag<T> AtOnce<T>(int count, Func<T> act)
    {
        var results = new ConcurrentBag<T>();
        using var start = new Barrier(count);
        Thread[] threads =
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => new Thread(() =>
                {
                    start.SignalAndWait();
                    results.Add(act());
                })),
        ];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        return results;
    }
}
