using System.CommandLine;
using System.Text.Json;
using DcrDsl.Cli;
using DcrDsl.Tool.Doctor;
using Spectre.Console;

namespace DcrDsl.Tool;

/// <summary><c>doctor</c>: what a run needs of the machine and the project: what works, what does not, what to do.</summary>
static class DoctorVerb
{
    static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Verb Of(Terminal terminal, string folder)
    {
        var place = new Argument<string?>("PROJECT")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "The folder of a project, or its file; default: this folder.",
        };
        var store = new Option<string?>("--store")
        {
            HelpName = "DIR",
            Description = "The store that runs would use. Default: what the variable DCR_STORE names, else .dcr/store.",
        };
        var device = new Option<string?>("--device")
        {
            HelpName = "DEVICE",
            Description = "Lets the project's program check a device end to end instead: cpu, cuda:N or mps.",
        };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var load = new Option<string?>("--load") { Hidden = true };
        var command = new Command(
            "doctor",
            "Says what this machine has and lacks for runs, and what to do. Exit code 1 where a run would fail."
        )
        {
            place,
            store,
            device,
            json,
            load,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(load) is { } library)
                return NativeLoad.Try(library, terminal);
            string where = parsed.GetValue(place) ?? folder;
            if (parsed.GetValue(device) is { } checkedDevice)
                return ProjectProgram.Run(
                    ProjectFile.In(where),
                    ["doctor", "--device", checkedDevice, .. parsed.GetValue(json) ? (string[])["--json"] : []]
                );
            if (parsed.GetValue(place) is not null)
                ProjectFile.In(where);
            var findings = Examination.Of(where, parsed.GetValue(store));
            if (parsed.GetValue(json))
                terminal.Plain(JsonSerializer.Serialize(new { version = NewVerb.Version, findings }, Json));
            else
                Show(findings, terminal);
            return findings.Any(f => f.State == State.Fails) ? ExitCode.Mistake : ExitCode.Success;
        });
        return new Verb(command, () => ["doctor", "doctor MyLab --json", "doctor --device cuda:0"]);
    }

    static void Show(IReadOnlyList<Finding> findings, Terminal terminal)
    {
        var table = new Table().RoundedBorder().AddColumns("", "what", "found", "to do");
        foreach (var finding in findings)
            table.AddRow(
                new Text(
                    finding.State switch
                    {
                        State.Works => "ok",
                        State.Warns => "note",
                        _ => "FAILS",
                    },
                    new Style(
                        finding.State switch
                        {
                            State.Works => Color.Green,
                            State.Warns => Color.Yellow,
                            _ => Color.Red,
                        }
                    )
                ),
                new Text(finding.What),
                new Text(finding.Found),
                new Text(finding.ToDo ?? "")
            );
        terminal.Out.Write(table);
        int fails = findings.Count(f => f.State == State.Fails);
        terminal.Plain(fails == 0 ? "Runs can start here." : $"A run would fail here: {fails} of {findings.Count} have to be put right.");
    }
}
