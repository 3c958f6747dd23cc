using System.Text.Json;
using DcrDsl.Specs;
using DcrDsl.Training;

namespace DcrDsl.Runtime.Tests.Training;

public class SchedulesTests
{
    static readonly Dictionary<string, Func<int, double, int, int, JsonElement, double>> ByName = new()
    {
        ["constant"] = (s, peak, w, total, o) => Schedules.Constant(s, peak),
        ["constant_with_warmup"] = (s, peak, w, total, o) => Schedules.Constant(s, peak, w),
        ["linear"] = (s, peak, w, total, o) => Schedules.Linear(s, peak, w, total),
        ["cosine"] = (s, peak, w, total, o) => Schedules.Cosine(s, peak, w, total, cycles: Option(o, "num_cycles", 0.5)),
        ["cosine_with_min_lr"] = (s, peak, w, total, o) =>
            Schedules.Cosine(
                s,
                peak,
                w,
                total,
                Option(o, "min_lr", peak * Option(o, "min_lr_rate", 0)) / peak,
                Option(o, "num_cycles", 0.5)
            ),
        ["cosine_with_restarts"] = (s, peak, w, total, o) =>
            Schedules.CosineWithRestarts(s, peak, w, total, (int)Option(o, "num_cycles", 1)),
        ["polynomial"] = (s, peak, w, total, o) =>
            Schedules.Polynomial(s, peak, w, total, Option(o, "lr_end", 1e-7), Option(o, "power", 1)),
        ["inverse_sqrt"] = (s, peak, w, total, o) =>
            Schedules.InverseSqrt(s, peak, w, o.TryGetProperty("timescale", out var t) ? t.GetInt32() : null),
        ["warmup_stable_decay"] = (s, peak, w, total, o) =>
            Schedules.WarmupStableDecay(
                s,
                peak,
                w,
                total,
                (int)Option(o, "num_decay_steps", double.NaN),
                Option(o, "min_lr_ratio", 0),
                Shape(o, "warmup_type", "linear"),
                Shape(o, "decay_type", "cosine")
            ),
    };

    static double Option(JsonElement options, string name, double otherwise) =>
        options.TryGetProperty(name, out var value) ? value.GetDouble() : otherwise;

    static ScheduleShape Shape(JsonElement options, string name, string otherwise) =>
        (options.TryGetProperty(name, out var value) ? value.GetString() : otherwise) switch
        {
            "linear" => ScheduleShape.Linear,
            "cosine" => ScheduleShape.Cosine,
            "1-sqrt" => ScheduleShape.OneMinusSqrt,
            var other => throw new ArgumentException(other),
        };

    public static IEnumerable<TheoryDataRow<int, string>> Cases()
    {
        if (Golden.TryFolder("optim") is not { } folder)
            yield break;
        using var json = Golden.Json(folder, "schedules.json");
        foreach (var (i, row) in json.RootElement.GetProperty("schedules").EnumerateArray().Index())
            yield return new(
                i,
                $"{row.GetProperty("name").GetString()} {row.GetProperty("warmup").GetInt32()} {row.GetProperty("options").GetRawText()}"
            );
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void A_schedule_gives_the_reference_rate_at_every_step(int index, string name)
    {
        using var json = Golden.Json(Golden.Folder("optim"), "schedules.json");
        var row = json.RootElement.GetProperty("schedules")[index];
        string kind = row.GetProperty("name").GetString()!;
        Assert.SkipUnless(ByName.ContainsKey(kind), $"there is no schedule {kind}");
        var (peak, warmup, total, options) = (
            row.GetProperty("base_lr").GetDouble(),
            row.GetProperty("warmup").GetInt32(),
            row.GetProperty("total").GetInt32(),
            row.GetProperty("options")
        );
        foreach (var (step, rate) in row.GetProperty("lr").EnumerateArray().Index())
        {
            double expected = rate.GetDouble(),
                actual = ByName[kind](step, peak, warmup, total, options);
            Assert.True(
                Math.Abs(actual - expected) <= 1e-10 * Math.Abs(expected) + 1e-18,
                $"{name}, step {step}: {actual:R} instead of {expected:R}"
            );
        }
    }

    // The golden rows have no rise as 1 − √(1 − progress).
    [Fact]
    public void A_rise_is_a_fall_run_backwards()
    {
        Assert.Equal(1 - Math.Sqrt(0.75), Schedules.WarmupStableDecay(1, 1, 4, 20, 4, rise: ScheduleShape.OneMinusSqrt), 1e-15);
        Assert.Equal(1 - Math.Sqrt(0.25), Schedules.WarmupStableDecay(17, 1, 4, 20, 4, fall: ScheduleShape.OneMinusSqrt), 1e-15);
    }

    [Fact]
    public void A_run_that_is_all_warmup_never_divides_by_zero()
    {
        for (int step = 0; step < 12; step++)
            Assert.All(
                [
                    Schedules.Linear(step, 1, 10, 10),
                    Schedules.Cosine(step, 1, 10, 10, 0.1),
                    Schedules.CosineWithRestarts(step, 1, 10, 10),
                    Schedules.Polynomial(step, 1, 10, 10),
                ],
                rate => Assert.InRange(rate, 0, 1)
            );
    }
}
