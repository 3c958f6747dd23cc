using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using System.Text.Json;
using DcrDsl.Cli.DeviceChecks;
using DcrDsl.Definition;
using Spectre.Console;
using TorchSharp;

namespace DcrDsl.Cli;

/// <summary><c>doctor</c>: checks a device end to end, against the processor and stored values.</summary>
static class DoctorVerb
{
    static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Verb Of(Catalog catalog, Terminal terminal)
    {
        var names = new Argument<string[]>("NAME") { Arity = ArgumentArity.ZeroOrMore, Description = "The experiments; default: all." };
        names.CompletionSources.Add(_ => catalog.Names.Select(n => new CompletionItem(n)));
        var computing = new ComputingOptions();
        var quick = new Option<bool>("--quick")
        {
            Description = "Losses, the built-in model and generation only: no stages of experiments.",
        };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var command = new Command(
            "doctor",
            "Checks a device end to end: losses against stored values, and against the processor the logits and gradients of a built-in "
                + "model, generation, and of every stage that reads no files the first steps, going on after a stop, or what it attaches. "
                + "Exit code 1 where a difference is larger than what is allowed."
        );
        command.Arguments.Add(names);
        computing.AddDeviceTo(command);
        command.Options.Add(quick);
        command.Options.Add(json);
        command.SetAction(
            (parsed, cancellation) =>
            {
                string[] given = parsed.GetValue(names) ?? [];
                IReadOnlyList<ExperimentDefinition> experiments = given.Length == 0 ? catalog.Experiments : [.. given.Select(catalog.Find)];
                var computed = computing.OfDevice(parsed);
                var places = new Places(computed.Device, computed.Threads);
                List<DeviceCheck> checks = [.. LossChecks.Of(places), .. ModelChecks.Of(places)];
                if (!parsed.GetValue(quick))
                    foreach (var check in StageChecks.Of(experiments, places, cancellation))
                    {
                        if (check.Part is StageChecks.Step or StageChecks.Attachment)
                            terminal.Tell(check.Name);
                        checks.Add(check);
                    }
                if (parsed.GetValue(json))
                    terminal.Plain(
                        JsonSerializer.Serialize(
                            new
                            {
                                device = places.Device.ToString(),
                                torch.__version__,
                                checks,
                            },
                            Json
                        )
                    );
                else
                    Write(checks, places, terminal);
                return Task.FromResult(checks.All(c => c.Holds) ? ExitCode.Success : ExitCode.Mistake);
            }
        );
        return new Verb(command, () => ["doctor --device cpu --quick", "doctor --device cuda:0"]);
    }

    static void Write(IReadOnlyList<DeviceCheck> checks, Places places, Terminal terminal)
    {
        string device = places.Device.ToString(),
            threads = places.Threads.ToString(CultureInfo.InvariantCulture);
        bool onProcessor = places.Device.type == DeviceType.CPU;
        var table = new Table()
            .RoundedBorder()
            .AddColumns("", "part", "of what")
            .AddColumns(
                new TableColumn("difference").RightAligned(),
                new TableColumn("allowed").RightAligned(),
                new TableColumn("ms, " + (onProcessor ? "1 thread" : device)).RightAligned(),
                new TableColumn("ms, " + (onProcessor ? $"{threads} threads" : "cpu")).RightAligned()
            );
        foreach (var check in checks)
            table.AddRow(
                new Text(
                    check.Skipped is not null ? "skipped"
                        : check.Holds ? "ok"
                        : "FAILS",
                    new Style(
                        check.Skipped is not null ? Color.Yellow
                        : check.Holds ? Color.Green
                        : Color.Red
                    )
                ),
                new Text(check.Part),
                new Text((check.Trouble ?? check.Skipped) is { } why ? $"{check.Name}: {why}" : check.Name),
                new Text(Number(check.Difference, "0.0e+0")),
                new Text(check.Allowed is null && check.Difference is not null ? "any" : Number(check.Allowed, "0.0e+0")),
                new Text(Number(check.Seconds * 1000, "#,0.0")),
                new Text(Number(check.ProcessorSeconds * 1000, "#,0.0"))
            );
        terminal.Out.Write(table);
        int wrong = checks.Count(c => !c.Holds);
        string versus = onProcessor ? "one thread against " + threads : "against the processor";
        terminal.Plain(
            wrong == 0
                ? $"{device} computes what it should, with libtorch {torch.__version__}, {versus}."
                : $"{wrong} of {checks.Count} checks of {device} fail, with libtorch {torch.__version__}, {versus}."
        );
    }

    static string Number(double? value, string format) =>
        value is not { } number ? ""
        : number == 0 ? "0"
        : number.ToString(format, CultureInfo.InvariantCulture);
}
